import { type components, unwrap } from '@outhaul/api-client';
import { join } from 'node:path';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { LiveLine } from '../live-line.js';
import { count, plain } from '../plain-text.js';
import { type Session } from '../session.js';
import { buildOptions, type RequestOptions } from './build-request.js';
import { downloadExport } from './download.js';

type ExportSet = components['schemas']['ExportSet'];
type ExportSetRequest = components['schemas']['ExportSetRequest'];

export interface SetOptions extends RequestOptions {
  readonly dataset?: string;
  readonly pattern?: string;
  readonly exclude?: readonly string[];
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly download?: string | true;
}

const pollMs = 1_000;

/** `outhaul export --dataset`: many tables at one instant; on request waits for all and downloads each into its own folder. */
export async function exportSet(session: Session, options: SetOptions): Promise<void> {
  const { client, output } = session;
  const { dataset, pattern, exclude, asOf, label, maxBytes, maxCost, ...each } = options;
  const numberOf = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  const body = {
    dataset,
    pattern,
    exclude,
    asOf,
    label,
    maxBytes: numberOf(maxBytes),
    maxCost: numberOf(maxCost),
    options: buildOptions(each),
  } as ExportSetRequest;
  if (options.dryRun) {
    const plan = await unwrap(client.POST('/api/v1/export-sets/plan', { body }));
    output.one(plan, () => [
      `tables    ${count(plan.tables.length)}, ${count(plan.refused)} of them cannot be exported`,
      `as of     ${plan.asOf}`,
    ]);
    return;
  }
  const started = await unwrap(client.POST('/api/v1/export-sets', { body }));
  if (!options.wait && !options.download) {
    output.one(started, () => [started.id]);
    return;
  }
  const ended = await untilEnded(session, started.id);
  for (const { exportId, state, table } of options.download ? ended.tables : []) {
    if (state !== 'succeeded' || !exportId) continue;
    const folder = options.download === true ? `outhaul-${ended.id}` : (options.download ?? '');
    await downloadExport(session, exportId, join(folder, table.dataset, table.table));
  }
  if (!options.download) output.one(ended, () => [ended.id]);
  if (ended.outcome?.state === 'succeeded') return;
  for (const { table, state, error } of ended.tables)
    if (state !== 'succeeded')
      output.note(
        `✗ ${plain(`${table.dataset}.${table.table}`)}: ${plain(error?.message ?? state)}`,
      );
  throw new CommandFailure(
    exitCodes.failure,
    `Export set ${ended.id} is ${ended.outcome?.state ?? ended.state}.`,
  );
}

async function untilEnded({ client, output }: Session, id: string): Promise<ExportSet> {
  const line = new LiveLine(output.options.quiet || output.options.json);
  try {
    for (;;) {
      const set = await unwrap(
        client.GET('/api/v1/export-sets/{id}', { params: { path: { id } } }),
      );
      if (set.outcome) return set;
      const done = set.tables.filter(({ state }) => state === 'succeeded').length;
      line.show(`… ${count(done)} of ${count(set.tables.length)} tables`);
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  } finally {
    line.clear();
  }
}
