/** An export's id: `x` + 9 characters that sort newest first + 10 random ones, all of [0-9a-z]. */
export type ExportId = string;

export const exportIdPattern = /^x[0-9a-z]{19}$/;

const latestMs = 36 ** 9 - 1;

/** Makes an id whose lexicographic order is newest first. `random` holds at least 10 bytes. */
export function makeExportId(nowMs: number, random: Uint8Array): ExportId {
  return `x${newestFirst(nowMs, random)}`;
}

/** The id of a set of exports: like an export's, but for its first letter. */
export const makeExportSetId = (nowMs: number, random: Uint8Array): string =>
  `s${newestFirst(nowMs, random)}`;

export const isExportSetId = (text: string): boolean => /^s[0-9a-z]{19}$/.test(text);

function newestFirst(nowMs: number, random: Uint8Array): string {
  const age = (latestMs - nowMs).toString(36).padStart(9, '0');
  const tail = Array.from(random.slice(0, 10), (byte) => (byte % 36).toString(36)).join('');
  return `${age}${tail}`;
}

export const isExportId = (text: string): boolean => exportIdPattern.test(text);

/** The id of a BigQuery job: a function of export, step and attempt, so that a repeated insert is adopted, not doubled. */
export const jobIdFor = (id: ExportId, step: string, attempt: number): string =>
  `outhaul_${id}_${step}_${attempt}`;
