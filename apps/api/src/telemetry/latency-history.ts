/** Bounds grow by a tenth, so that a percentile is at most about 5 % off; from 1 ms to about 2 minutes. */
const growth = Math.log(1.1);
const boundCount = 124;
const minuteMs = 60_000;
/** A day of minutes. */
const keptMinutes = 24 * 60;

export interface LatencySummary {
  readonly count: number;
  /** Answers with a status of 500 or more. */
  readonly errors: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

interface Minute {
  readonly startMs: number;
  readonly routes: Map<string, { errors: number; readonly counts: Uint32Array }>;
}

/** How long requests took over the last day of this process, by minute and route, in bounded memory. */
export class LatencyHistory {
  private readonly minutes: Minute[] = [];

  constructor(readonly startedMs: number) {}

  record(nowMs: number, route: string, durationMs: number, isError: boolean): void {
    const minute = this.minuteOf(nowMs);
    let entry = minute.routes.get(route);
    if (!entry) {
      entry = { errors: 0, counts: new Uint32Array(boundCount) };
      minute.routes.set(route, entry);
    }
    const slot = indexOf(durationMs);
    entry.counts[slot] = (entry.counts[slot] ?? 0) + 1;
    if (isError) entry.errors += 1;
  }

  /** All requests that began in [fromMs, toMs); of one route when it is named. */
  summarize(fromMs: number, toMs: number, route?: string): LatencySummary {
    const counts = new Uint32Array(boundCount);
    let errors = 0;
    for (const minute of this.minutes) {
      if (minute.startMs < fromMs || minute.startMs >= toMs) continue;
      for (const [name, entry] of minute.routes) {
        if (route !== undefined && name !== route) continue;
        errors += entry.errors;
        entry.counts.forEach((value, slot) => (counts[slot] = (counts[slot] ?? 0) + value));
      }
    }
    const count = counts.reduce((sum, value) => sum + value, 0);
    return {
      count,
      errors,
      p50Ms: percentile(counts, count, 0.5),
      p95Ms: percentile(counts, count, 0.95),
      p99Ms: percentile(counts, count, 0.99),
    };
  }

  routesSince(fromMs: number): readonly string[] {
    const names = new Set<string>();
    for (const { startMs, routes } of this.minutes)
      if (startMs >= fromMs) for (const name of routes.keys()) names.add(name);
    return [...names].sort();
  }

  private minuteOf(nowMs: number): Minute {
    const startMs = Math.floor(nowMs / minuteMs) * minuteMs;
    const last = this.minutes.at(-1);
    if (last && last.startMs >= startMs) return last;
    const minute = { startMs, routes: new Map() };
    this.minutes.push(minute);
    while ((this.minutes[0]?.startMs ?? startMs) <= startMs - keptMinutes * minuteMs)
      this.minutes.shift();
    return minute;
  }
}

const indexOf = (durationMs: number): number =>
  Math.min(boundCount - 1, Math.max(0, Math.round(Math.log(Math.max(durationMs, 1)) / growth)));

function percentile(counts: Uint32Array, count: number, share: number): number {
  if (count === 0) return 0;
  let left = Math.ceil(count * share);
  const slot = counts.findIndex((value) => (left -= value) <= 0);
  return Math.round(Math.exp(slot * growth) * 10) / 10;
}
