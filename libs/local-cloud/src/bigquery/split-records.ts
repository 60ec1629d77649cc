const newline = 10;

/** The lines of a text with their ends; with a quote, a line's end within quotes ends no record. */
export function splitRecords(text: Buffer, quote?: string): Buffer[] {
  const quoteByte = quote ? quote.charCodeAt(0) : -1;
  const records: Buffer[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const byte = text[at];
    if (byte === quoteByte) isQuoted = !isQuoted;
    else if (byte === newline && !isQuoted) {
      records.push(text.subarray(start, at + 1));
      start = at + 1;
    }
  }
  if (start < text.length) records.push(text.subarray(start));
  return records;
}
