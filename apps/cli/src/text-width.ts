/** Columns that a text takes on a terminal, as far as it can be told without a table of all characters. */
export const width = (text: string): number =>
  [...text].reduce(
    (sum, character) =>
      sum +
      (/\p{M}/u.test(character)
        ? 0
        : /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u.test(
              character,
            )
          ? 2
          : 1),
    0,
  );

/** As much of a text as goes into so many columns. */
export function fit(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let [end, used] = [0, 0];
  for (const character of text) {
    used += width(character);
    if (used > columns) break;
    end += character.length;
  }
  return text.slice(0, end);
}
