const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `1536` → `1.5 KiB`. */
export function showBytes(count: number): string {
  const unit = count < 1 ? 0 : Math.min(Math.floor(Math.log2(count) / 10), units.length - 1);
  const size = count / 1024 ** unit;
  return `${unit === 0 || size >= 10 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

export const showCount = (count: number): string => count.toLocaleString('en-US');

export const showTime = (instant: string | number): string =>
  new Date(instant).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** `90_061_000` → `1 d 1 h`; at most two units. */
export function showSpan(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

const agoUnits = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** `3 hours ago`, as of `nowMs`. */
export function showAgo(instant: string | number, nowMs: number): string {
  const ms = nowMs - new Date(instant).getTime();
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  const unit = agoUnits.find(([, size]) => Math.abs(ms) >= size);
  return unit
    ? format.format(-Math.round(ms / unit[1]), unit[0])
    : $localize`:@@time.justNow:just now`;
}

/** A price that is neither rounded to nothing nor longer than needed. */
export function showMoney(amount: number, currency: string): string {
  const digits = amount === 0 || amount >= 1 ? 2 : Math.min(6, 1 - Math.floor(Math.log10(amount)));
  const text = amount.toFixed(Math.max(2, digits)).replace(/(\.\d\d\d*?)0+$/, '$1');
  return `${text} ${currency}`;
}
