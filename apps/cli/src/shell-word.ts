/** A word of a command line, as it can be pasted into a shell. */
export const shellWord = (text: string): string =>
  /^[\p{L}\p{N}_./:@%+=,-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** An id as a word of a command to paste: what only looks like one, such as an option, is never part of a command. */
export const idWord = (id: unknown): string =>
  typeof id === 'string' && /^[\p{L}\p{N}][\p{L}\p{N}_-]*$/u.test(id) ? id : 'ID';
