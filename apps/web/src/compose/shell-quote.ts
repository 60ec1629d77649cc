/** One argument for a POSIX shell, whatever it holds; as it is where that is safe. */
export const shellQuote = (text: string): string =>
  /^[A-Za-z0-9_/:=.,@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
