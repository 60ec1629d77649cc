import {
  type ExportSet,
  type ExportSetPlan,
  type ExportSetRequest,
  unwrap,
} from '@outhaul/api-client';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { bytes, count, counted, plain } from '../plain-text.js';
import { type Session } from '../session.js';
import { buildOptions, type RequestOptions } from './build-request.js';
import { beginOnly } from './begin-only.js';
import { cancelledBySignal } from './cancelled-by-signal.js';
import { parseDatasetName } from './dataset-name.js';
import { withDidYouMean } from './did-you-mean.js';
import { downloadSet } from './download-set.js';
import { parseTableName } from './table-name.js';
import { refuseUnfinishedSet, watchSet } from './watch-set.js';

export interface SetOptions extends RequestOptions {
  readonly dataset?: string;
  readonly pattern?: string;
  readonly exclude?: readonly string[];
  readonly kinds?: string;
  readonly concurrency?: string;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly download?: string | true;
  readonly overwrite?: boolean;
  readonly maxRate?: number;
  readonly output?: string;
}

/** `outhaul export` of several tables: all at one instant; on request waits for all and downloads each into a folder of its own. */
export async function exportSet(
  session: Session,
  tables: readonly string[],
  options: SetOptions,
): Promise<void> {
  const { client, output } = session;
  const body = buildSetRequest(tables, options);
  const { dataset } = options;
  const named = <T>(work: () => Promise<T>): Promise<T> =>
    dataset === undefined ? work() : withDidYouMean(session, parseDatasetName(dataset), work);
  if (options.dryRun) {
    const plan = await named(() => unwrap(client.POST('/api/v1/export-sets/plan', { body })));
    output.one(plan, () => planLines(plan));
    return;
  }
  const begin = () => named(() => unwrap(client.POST('/api/v1/export-sets', { body })));
  if (!options.wait && !options.download) {
    await beginOnly(session, begin);
    return;
  }
  const ended: ExportSet = await cancelledBySignal(output, {
    what: 'set',
    begin,
    follow: (id) => watchSet(session, id),
    cancel: (id) =>
      unwrap(client.POST('/api/v1/export-sets/{id}/cancel', { params: { path: { id } } })),
  });
  // Whoever presses Ctrl-C does not wait for what is there to come.
  if (process.exitCode === exitCodes.interrupted) refuseUnfinishedSet(session, ended);
  if (options.download)
    await downloadSet(
      session,
      ended,
      options.download === true ? undefined : options.download,
      options,
    );
  else output.one(ended, () => [ended.id]);
  refuseUnfinishedSet(session, ended);
}

function buildSetRequest(tables: readonly string[], options: SetOptions): ExportSetRequest {
  refuseOthers(tables, options);
  const { dataset, pattern, exclude, kinds, asOf, label, concurrency } = options;
  const { maxBytes, maxCost, ...each } = options;
  const numberOf = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  const request = {
    ...(dataset === undefined ? { tables: tables.map(parseTableName) } : parseDatasetName(dataset)),
    pattern,
    exclude,
    kinds: kinds?.split(',').map((kind) => kind.trim()),
    asOf,
    label,
    concurrency: numberOf(concurrency),
    maxBytes: numberOf(maxBytes),
    maxCost: numberOf(maxCost),
    options: buildOptions({ ...each, label: undefined }),
  };
  return JSON.parse(JSON.stringify(request)) as ExportSetRequest;
}

function refuseOthers(tables: readonly string[], options: SetOptions): void {
  const refuse = (message: string): never => {
    throw new CommandFailure(exitCodes.usage, message);
  };
  if (options.dataset !== undefined && tables.length > 0)
    refuse('Name tables or a --dataset, not both.');
  if (options.query !== undefined || options.output !== undefined)
    refuse('Several tables go with no --query and no --output.');
  if (options.partition !== undefined || options.changedSince !== undefined)
    refuse('--partition and --changed-since go with one table.');
  for (const name of ['pattern', 'exclude', 'kinds'] as const)
    if (options.dataset === undefined && options[name] !== undefined)
      refuse(`--${name} goes with --dataset.`);
}

function planLines(plan: ExportSetPlan): string[] {
  const { tables, refused, cost } = plan;
  const sum = (of: (member: ExportSetPlan['tables'][number]) => number | undefined) =>
    tables.reduce((total, member) => total + (of(member) ?? 0), 0);
  return [
    `tables    ${count(tables.length)}${refused > 0 ? `, ${count(refused)} of them cannot be exported` : ''}`,
    `rows      ${count(sum(({ rowCount }) => rowCount))}`,
    `size      ${bytes(sum(({ sourceBytes }) => sourceBytes))} in the source`,
    `cost      ${cost.billedBytes === 0 ? 'free' : `${cost.amount.toFixed(4)} ${cost.currency}: queries read ${bytes(cost.billedBytes)}`}`,
    `as of     ${plan.asOf}`,
    ...tables.map(({ table, engine, rowCount, sourceBytes, error }) => {
      const name = `${table.dataset}.${table.table}`;
      if (error) return `✗ ${name}: ${error.message}`;
      const figures = [
        rowCount === undefined ? '' : counted(rowCount, 'row'),
        sourceBytes === undefined ? '' : bytes(sourceBytes),
      ].filter(Boolean);
      return `  ${[name, engine?.kind ?? '', ...figures].join('  ')}`;
    }),
  ].map(plain);
}
