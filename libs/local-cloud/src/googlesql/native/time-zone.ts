const formats = new Map<string, Intl.DateTimeFormat | undefined>();

function formatFor(zone: string): Intl.DateTimeFormat | undefined {
  if (!formats.has(zone)) {
    let format: Intl.DateTimeFormat | undefined;
    try {
      format = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        calendar: 'iso8601',
        hourCycle: 'h23',
        era: 'short',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    } catch {
      // Not a name of the tz database.
    }
    if (formats.size > 1000) formats.clear();
    formats.set(zone, format);
  }
  return formats.get(zone);
}

/**
 * How far a zone is ahead of UTC, in microseconds, at an instant or at a time on its own clocks. A time that occurs
 * twice is taken as the first, one that is skipped as if the clocks had not moved yet. Undefined for unknown zones.
 */
export function zoneOffsetMicros(
  zone: string,
  micros: bigint,
  of: 'instant' | 'civil',
): bigint | undefined {
  if (/^(Z|UTC)$/i.test(zone)) return 0n;
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(zone) ?? [];
  if (sign !== undefined) {
    const total = Number(hours) * 60 + Number(minutes);
    if (total > 14 * 60 || Number(minutes) > 59) return undefined;
    return BigInt(total) * 60_000_000n * (sign === '-' ? -1n : 1n);
  }
  const format = formatFor(zone);
  if (!format) return undefined;
  const at = (instant: bigint): bigint => offsetAt(format, instant);
  if (of === 'instant') return at(micros);
  const day = 86_400_000_000n;
  const before = at(micros - day);
  const after = at(micros + day);
  if (before === after) return before;
  return at(micros - before) === before ? before : at(micros - after) === after ? after : before;
}

function offsetAt(format: Intl.DateTimeFormat, micros: bigint): bigint {
  const seconds = micros / 1_000_000n - (micros % 1_000_000n < 0n ? 1n : 0n);
  const parts: Record<string, string> = {};
  for (const { type, value } of format.formatToParts(new Date(Number(seconds) * 1000)))
    parts[type] = value;
  const date = new Date(0);
  const year = Number(parts['year']) * (parts['era']?.startsWith('B') ? -1 : 1);
  date.setUTCFullYear(year, Number(parts['month']) - 1, Number(parts['day']));
  date.setUTCHours(Number(parts['hour']), Number(parts['minute']), Number(parts['second']));
  return (BigInt(date.getTime()) / 1000n - seconds) * 1_000_000n;
}
