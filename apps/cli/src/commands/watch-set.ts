import { type ExportSet, ProblemError, unwrap } from '@outhaul/api-client';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { LiveLine } from '../live-line.js';
import { bytes, count, counted, plain } from '../plain-text.js';
import { type Session } from '../session.js';

const firstPollMs = 100;
const slowestPollMs = 1_000;
/** About a minute in all. */
const mostTries = 12;

type Member = ExportSet['tables'][number];

/** Follows a set until it has ended: live on a terminal, a line for each table that has ended everywhere. */
export async function watchSet(
  session: Session,
  id: string,
  onState?: (state: ExportSet) => void,
): Promise<ExportSet> {
  const { quiet, json } = session.output.options;
  const line = new LiveLine(quiet || json);
  const startedAt = Date.now();
  const told = new Set<string>();
  let before = '';
  try {
    for (let waitMs = firstPollMs; ; waitMs = Math.min(waitMs * 1.5, slowestPollMs)) {
      const set = await stateOf(session, id, line);
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

/** Asks again when nobody has answered, or not well: a set may run for hours. */
async function stateOf({ client }: Session, id: string, line: LiveLine): Promise<ExportSet> {
  const path = { params: { path: { id } } };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await unwrap(client.GET('/api/v1/export-sets/{id}', path));
    } catch (error) {
      if (!mayPass(error) || attempt > mostTries) throw error;
      line.show('The connection was lost; reconnecting …');
      await new Promise((resolve) => setTimeout(resolve, Math.min(100 * 2 ** attempt, 10_000)));
    }
  }
}

const mayPass = (error: unknown): boolean =>
  error instanceof ProblemError
    ? error.problem.status >= 500 || error.problem.status === 429
    : error instanceof CommandFailure && error.exitCode === exitCodes.unreachable;

/** Throws the failure of a set whose tables are not all there. */
export function refuseUnfinishedSet(
  { again }: Session,
  { id, outcome, state, totals }: ExportSet,
): void {
  if (outcome?.state === 'succeeded') {
    if (process.exitCode !== exitCodes.interrupted) return;
    throw new CommandFailure(
      exitCodes.interrupted,
      `Export set ${id} had ended before it could be cancelled.`,
      `Its files are there: outhaul download ${id}${again}`,
    );
  }
  if (outcome?.state === 'cancelled')
    throw new CommandFailure(
      process.exitCode === exitCodes.interrupted ? exitCodes.interrupted : exitCodes.failure,
      `Export set ${id} was cancelled; ${count(totals.succeeded)} of ${count(totals.tables)} tables had been exported.`,
    );
  throw new CommandFailure(
    exitCodes.failure,
    `Export set ${id} is ${outcome?.state ?? state}: ${count(totals.succeeded)} of ${count(totals.tables)} tables are there.`,
    `Once mended: outhaul retry ${id}${again}`,
  );
}

/** One table of a set, as a line. */
export function memberLine({ table, state, rows, files, bytes: size, error }: Member): string {
  const name = plain(`${table.dataset}.${table.table}`);
  if (state === 'succeeded') {
    const figures = `${counted(rows ?? 0, 'row')} in ${counted(files ?? 0, 'file')}`;
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
