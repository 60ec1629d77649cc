import { type Export, watchExport } from '@outhaul/api-client';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { bytes, counted } from '../plain-text.js';
import { LiveLine } from '../live-line.js';
import { type Session } from '../session.js';

/** Waits grow up to ten seconds: about a minute in all. */
const mostDirectTries = 8;

const saying: Record<string, string> = {
  extract: 'BigQuery extracts',
  materialize: 'BigQuery runs the query and writes',
  verify: 'Rows are counted against the source',
  compose: 'Parts are joined to one file',
  seal: 'The manifest is written',
};

/** Follows an export until it has ended: live on a terminal, a line per step elsewhere. */
export async function watchToEnd(
  session: Session,
  id: string,
  onState?: (state: Export) => void,
): Promise<Export> {
  const { server, token, output } = session;
  const line = new LiveLine(output.options.quiet || output.options.json);
  const startedAt = Date.now();
  const told = new Set<string>();
  let last: Export | undefined;
  const tick = setInterval(() => last && line.show(lineOf(last, startedAt)), 100);
  try {
    for await (const state of watchExport(id, {
      baseUrl: server,
      token,
      fetch: session.fetch,
      onReconnect: (attempt) => reconnecting(session, id, attempt, line),
    })) {
      last = state;
      onState?.(state);
      for (const step of state.steps) {
        if (step.state !== 'done' || told.has(step.kind)) continue;
        told.add(step.kind);
        line.keep(`✓ ${step.kind}${figures(step.progress)}`);
      }
      line.show(lineOf(state, startedAt));
    }
  } finally {
    clearInterval(tick);
    line.clear();
  }
  if (!last) throw new Error('the stream of events was empty');
  const { outcome } = last;
  if (outcome?.state === 'succeeded') {
    line.keep(
      `✓ ${counted(outcome.rows, 'row')} in ${counted(outcome.files, 'file')}, ${bytes(outcome.bytes)}, verified`,
    );
  }
  return last;
}

/** Without a service there is nobody who would go on meanwhile: after a while it is better to say what is wrong. */
function reconnecting(
  { direct, again }: Session,
  id: string,
  attempt: number,
  line: LiveLine,
): void {
  if (direct && attempt > mostDirectTries)
    throw new CommandFailure(
      exitCodes.failure,
      `Export ${id} cannot be moved on: ${direct.fault() ?? 'Google gave no reason'}`,
      `Go on later with: outhaul status ${id} --watch${again}`,
    );
  line.show('The connection was lost; reconnecting …');
}

function lineOf(state: Export, startedAt: number): string {
  const step = state.steps.find(({ state: each }) => each !== 'done');
  const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1);
  if (!step) return '';
  return `… ${step.note ?? saying[step.kind] ?? step.kind}${figures(step.progress)} (${seconds} s)`;
}

function figures(progress: { rows?: number; files?: number; bytes?: number } | undefined): string {
  const parts = [
    progress?.rows === undefined ? '' : counted(progress.rows, 'row'),
    progress?.files === undefined ? '' : counted(progress.files, 'file'),
    progress?.bytes === undefined ? '' : bytes(progress.bytes),
  ].filter(Boolean);
  return parts.length > 0 ? `: ${parts.join(', ')}` : '';
}
