import { resolve } from 'node:path';
import { type Export, type Plan, unwrap } from '@outhaul/api-client';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { bytes, count, plain } from '../plain-text.js';
import { idWord } from '../shell-word.js';
import { type Session } from '../session.js';
import { beginOnly } from './begin-only.js';
import { cancelledBySignal } from './cancelled-by-signal.js';
import { withDidYouMean } from './did-you-mean.js';
import { downloadExport, refuseFile } from './download.js';
import { streamExport } from './stream-export.js';
import { buildRequest } from './build-request.js';
import { type SetOptions } from './export-set.js';
import { watchToEnd } from './watch.js';

export type ExportOptions = SetOptions;

/** Starts an export, and on request waits for it and downloads it. */
export async function startExport(
  session: Session,
  tables: readonly string[],
  options: ExportOptions,
): Promise<void> {
  const { client, output } = session;
  for (const [flag, value] of Object.entries({
    '--overwrite': options.overwrite,
    '--max-rate': options.maxRate,
  }))
    if (value !== undefined && options.download === undefined)
      throw new CommandFailure(exitCodes.usage, `${flag} goes with --download.`);
  // Before anything runs, and is paid for.
  if (typeof options.download === 'string') refuseFile(resolve(options.download));
  if (options.dataset !== undefined || tables.length > 1) {
    const { exportSet } = await import('./export-set.js');
    await exportSet(session, tables, options);
    return;
  }
  for (const name of ['pattern', 'exclude', 'kinds', 'concurrency'] as const)
    if (options[name] !== undefined)
      throw new CommandFailure(exitCodes.usage, `--${name} goes with several tables.`);
  if (options.output !== undefined) refuseOtherOutput(options);
  const request = buildRequest(tables[0], {
    ...options,
    single: options.single || options.output !== undefined,
  });
  const { source } = request;
  const named = <T>(work: () => Promise<T>): Promise<T> =>
    source.type === 'table' ? withDidYouMean(session, source, work) : work();
  if (options.dryRun) {
    const plan = await named(() => unwrap(client.POST('/api/v1/export/plan', { body: request })));
    output.one(plan, () => planLines(plan));
    return;
  }
  const begin = () => named(() => unwrap(client.POST('/api/v1/export', { body: request })));
  if (!options.wait && !options.download && options.output === undefined) {
    await beginOnly(session, begin);
    return;
  }
  const ended = await cancelledBySignal(output, {
    what: 'export',
    begin,
    follow: (id) => watchToEnd(session, id),
    cancel: (id) => unwrap(client.POST('/api/v1/export/{id}/cancel', { params: { path: { id } } })),
  });
  refuseUnfinished(ended);
  if (options.output !== undefined) {
    await streamExport(session, ended.id);
    return;
  }
  if (!options.download) {
    output.one(ended, () => [ended.id]);
    return;
  }
  const folder = options.download === true ? undefined : options.download;
  await downloadExport(session, ended.id, folder, options);
}

function refuseOtherOutput({ output, format, download }: ExportOptions): void {
  if (output !== '-')
    throw new CommandFailure(
      exitCodes.usage,
      '--output takes - only: the rows go to standard output.',
      'Into a folder: --download FOLDER',
    );
  if (format !== 'csv' && format !== 'jsonl')
    throw new CommandFailure(
      exitCodes.usage,
      `${format} cannot be streamed.`,
      '--output - goes with --format csv or jsonl.',
    );
  if (download !== undefined)
    throw new CommandFailure(exitCodes.usage, 'Choose --output - or --download, not both.');
}

/** Throws the failure of an export that has not succeeded, or that the user has stopped waiting for. */
export function refuseUnfinished(ended: Export): void {
  const { outcome } = ended;
  if (outcome?.state === 'failed') {
    const { code, message, fix } = outcome.error;
    throw new CommandFailure(
      code === 'verification-failed' ? exitCodes.notVerified : exitCodes.failure,
      `Export ${ended.id} failed at ${outcome.step}: ${message}`,
      fix,
    );
  }
  if (outcome?.state === 'succeeded' && process.exitCode === exitCodes.interrupted)
    throw new CommandFailure(
      exitCodes.interrupted,
      `Export ${ended.id} had ended before it could be cancelled.`,
      `Its files are there: outhaul download ${idWord(ended.id)}`,
    );
  if (outcome?.state === 'cancelled')
    throw new CommandFailure(
      process.exitCode === exitCodes.interrupted ? exitCodes.interrupted : exitCodes.failure,
      `Export ${ended.id} was cancelled.`,
    );
}

export function planLines(plan: Plan): string[] {
  return [
    `engine    ${plan.engine.kind}: ${plan.engine.reason}`,
    `steps     ${plan.steps.join(' → ')}`,
    `cost      ${plan.cost.free ? 'free' : `${plan.cost.amount.toFixed(4)} ${plan.cost.currency}`}: ${plan.cost.explanation}`,
    ...(plan.source.rowCount === undefined ? [] : [`rows      ${count(plan.source.rowCount)}`]),
    ...(plan.files.sourceBytes === undefined
      ? []
      : [`size      ${bytes(plan.files.sourceBytes)} in the source`]),
    `as of     ${plan.source.pinned ? plan.source.asOf : 'when the job runs'}`,
    `files     gs://${plan.files.bucket}/${plan.files.prefix}…/${plan.files.pattern}`,
    `verify    ${plan.verify}`,
    ...plan.warnings.map(
      ({ message, column }) => `warning   ${column ? `${column}: ` : ''}${message}`,
    ),
  ].map(plain);
}
