import { type ExportSet, unwrap } from '@outhaul/api-client';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { LiveLine } from '../live-line.js';
import { bytes, count, plain } from '../plain-text.js';
import { type Session } from '../session.js';

const firstPollMs = 100;
const slowestPollMs = 1_000;

type Member = ExportSet['tables'][number];

/** Follows a set until it has ended: live on a terminal, a line for each table that has ended everywhere. */
export async function watchSet(
  { client, output }: Session,
  id: string,
  onState?: (state: ExportSet) => void,
): Promise<ExportSet> {
  const line = new LiveLine(output.options.quiet || output.options.json);
  const startedAt = Date.now();
  const told = new Set<string>();
  let before = '';
  try {
    for (let waitMs = firstPollMs; ; waitMs = Math.min(waitMs * 1.5, slowestPollMs)) {
      const path = { params: { path: { id } } };
      const set = await unwrap(client.GET('/api/v1/export-sets/{id}', path));
      const now = JSON.stringify(set);
      if (now !== before) onState?.(set);
      before = now;
      for (const member of set.tables) {
        if (!hasEnded(member) || told.has(member.exportId)) continue;
        told.add(member.exportId);
        line.keep(memberLine(member));
      }
      if (set.outcome) return set;
      line.show(lineOf(set, startedAt));
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  } finally {
    line.clear();
  }
}

/** Throws the failure of a set whose tables are not all there. */
export function refuseUnfinishedSet({ id, outcome, state, totals }: ExportSet): void {
  if (outcome?.state === 'succeeded') return;
  if (outcome?.state === 'cancelled')
    throw new CommandFailure(
      process.exitCode === exitCodes.interrupted ? exitCodes.interrupted : exitCodes.failure,
      `Export set ${id} was cancelled; ${count(totals.succeeded)} of ${count(totals.tables)} tables had been exported.`,
    );
  throw new CommandFailure(
    exitCodes.failure,
    `Export set ${id} is ${outcome?.state ?? state}: ${count(totals.succeeded)} of ${count(totals.tables)} tables are there.`,
    `Once mended: outhaul retry ${id}`,
  );
}

/** One table of a set, as a line. */
export function memberLine({ table, state, rows, files, bytes: size, error }: Member): string {
  const name = plain(`${table.dataset}.${table.table}`);
  if (state === 'succeeded') {
    const figures = `${count(rows ?? 0)} rows in ${count(files ?? 0)} ${files === 1 ? 'file' : 'files'}`;
    return `✓ ${name}: ${figures}, ${bytes(size ?? 0)}`;
  }
  return hasEnded({ state })
    ? `✗ ${name}: ${plain(error?.message ?? state)}`
    : `  ${name}: ${state}`;
}

const hasEnded = ({ state }: Pick<Member, 'state'>): boolean =>
  state !== 'pending' && state !== 'running';

function lineOf({ totals, tables, note }: ExportSet, startedAt: number): string {
  const running = tables.filter(({ state }) => state === 'running').length;
  const parts = [
    `${count(totals.succeeded)} of ${count(totals.tables)} tables`,
    ...(running > 0 ? [`${count(running)} running`] : []),
    ...(totals.failed > 0 ? [`${count(totals.failed)} failed`] : []),
    ...(totals.bytes > 0 ? [bytes(totals.bytes)] : []),
  ];
  const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1);
  return `… ${note ? `${plain(note)}: ` : ''}${parts.join(', ')} (${seconds} s)`;
}
