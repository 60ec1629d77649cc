/** Text that came from elsewhere, as it may stand on a terminal: nothing in it moves the cursor or hides. */
export const plain = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character === '\n' || character === '\t'
      ? ' '
      : `\\u${character.codePointAt(0)?.toString(16).padStart(4, '0')}`,
  );

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `1536` → `1.5 KiB`. */
export function bytes(count: number): string {
  let size = count;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(size) : size.toFixed(size < 10 ? 1 : 0)} ${units[unit]}`;
}

/** `3000000` → `3,000,000`. */
export const count = (number: number): string =>
  // Not by Intl: loading its tables takes longer than many a command.
  String(number).replace(/\B(?=(\d{3})+$)/g, ',');

/** `(1, 'file')` → `1 file`, `(2, 'file')` → `2 files`. */
export const counted = (number: number, noun: string): string =>
  `${count(number)} ${noun}${number === 1 ? '' : 's'}`;

export const when = (instant: string | number): string =>
  new Date(instant).toISOString().replace('T', ' ').slice(0, 19);
