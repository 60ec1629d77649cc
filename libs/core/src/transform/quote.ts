/** A GoogleSQL identifier in backticks; whatever it holds, it stays one identifier. */
export const quoteIdentifier = (name: string): string => `\`${escapeFor(name, '`')}\``;

/** A dotted path, each part quoted by itself. */
export const quotePath = (path: string): string => path.split('.').map(quoteIdentifier).join('.');

/** A GoogleSQL string literal; for option values only, values of rows are bound as parameters. */
export const quoteString = (text: string): string => `'${escapeFor(text, "'")}'`;

function escapeFor(text: string, quote: string): string {
  return text.replace(/[\\'"`\p{Cc}\u2028\u2029]/gu, (character) => {
    if (character === '\\' || character === quote) return `\\${character}`;
    if (character === "'" || character === '"' || character === '`') return character;
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
