/** What moves the cursor, sets the terminal or hides: control characters (C0, DEL, C1), format characters, separators. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A character as JSON and JavaScript write it; two escapes where UTF-16 needs two. */
const escape = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');

/** Or what this command itself writes into a line: bold, dim, neither, a new line, a tab. */
const ownOrUnsafe = /\p{Cc}\[(?:1|2|22)m|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text as it may be written to a terminal, wherever its parts come from. */
export const forTerminal = (text: string): string =>
  text.replace(ownOrUnsafe, (each) =>
    each === '\n' || each === '\t' || each.startsWith('\u001b[') ? each : escape(each),
  );

/** The same value as JSON, of which nothing acts on a terminal. */
export const jsonForTerminal = (value: unknown): string =>
  (JSON.stringify(value) ?? 'null').replace(unsafe, escape);

/** Every line of every command goes through here; only files that are streamed and live lines do not. */
export const writeLine = (text: string): void =>
  void process.stdout.write(`${forTerminal(text)}\n`);
export const writeError = (text: string): void =>
  void process.stderr.write(`${forTerminal(text)}\n`);
