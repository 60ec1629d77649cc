import { type Plan, type PlannedQuota } from '../plan/plan.js';
import { type RecordStore } from '../ports/record-store.js';

const freeBytesPerDay = 50 * 2 ** 40;
const dayMs = 24 * 3_600_000;
const mostPages = 10;

/** How long a sum counts: plans are made far more often than exports end, and a list of a day can take ten pages. */
const freshMs = 60_000;

type UsedBytes = ReadonlyMap<string, number>;

/**
 * What is left of the free extract quota of a plan's project, as far as this service can know: it counts its own exports
 * of the last 24 hours. BigQuery tells no one what is left, and other users of the project are not seen.
 */
export class ExtractQuota {
  private known?: { readonly used: Promise<UsedBytes>; readonly atMs: number };

  constructor(private readonly records: Pick<RecordStore, 'list'>) {}

  async of(plan: Plan, nowMs: number): Promise<PlannedQuota | undefined> {
    if (plan.engine.kind !== 'extract') return undefined;
    const { billingProject } = plan.source;
    const usedBytes = (await this.used(nowMs)).get(billingProject) ?? 0;
    return {
      freeBytesPerDay,
      usedBytes,
      leftBytes: Math.max(freeBytesPerDay - usedBytes, 0),
      explanation: `Outhaul's own extracts of the last 24 hours in ${billingProject}, of 50 TiB; what others extract there is not known.`,
    };
  }

  private used(nowMs: number): Promise<UsedBytes> {
    if (this.known && nowMs - this.known.atMs < freshMs) return this.known.used;
    const used = usedSince(this.records, new Date(nowMs - dayMs).toISOString());
    const entry = { used, atMs: nowMs };
    this.known = entry;
    used.catch(() => this.known === entry && (this.known = undefined));
    return used;
  }
}

async function usedSince(records: Pick<RecordStore, 'list'>, since: string): Promise<UsedBytes> {
  const used = new Map<string, number>();
  let pageToken: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const { items, nextPageToken } = await records.list({ pageSize: 1_000, pageToken });
    const recent = items.filter(({ createdAt }) => createdAt >= since);
    for (const { billingProject, extractBytes = 0 } of recent)
      if (billingProject !== undefined)
        used.set(billingProject, (used.get(billingProject) ?? 0) + extractBytes);
    pageToken = recent.length === items.length ? nextPageToken : undefined;
    if (!pageToken) break;
  }
  return used;
}
