const dayMicros = 86_400_000_000n;

const pad = (part: number | bigint, width: number): string => String(part).padStart(width, '0');

/** Days since 1970 as `2020-01-02`. */
export function dateText(days: number): string {
  const date = new Date(days * 86_400_000);
  return `${pad(date.getUTCFullYear(), 4)}-${pad(date.getUTCMonth() + 1, 2)}-${pad(date.getUTCDate(), 2)}`;
}

/** Microseconds of a day as `03:04:05`, with six more digits where they are not zero. */
export function timeText(micros: bigint): string {
  const seconds = micros / 1_000_000n;
  const fraction = micros % 1_000_000n;
  const text = `${pad(seconds / 3600n, 2)}:${pad((seconds / 60n) % 60n, 2)}:${pad(seconds % 60n, 2)}`;
  return fraction === 0n ? text : `${text}.${pad(fraction, 6)}`;
}

/** Microseconds since 1970 as `2020-01-02T03:04:05`. */
export function datetimeText(micros: bigint): string {
  const timeOfDay = ((micros % dayMicros) + dayMicros) % dayMicros;
  return `${dateText(Number((micros - timeOfDay) / dayMicros))}T${timeText(timeOfDay)}`;
}
