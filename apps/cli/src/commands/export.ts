import { type Export, type ExportRequest, type Plan, unwrap } from '@outhaul/api-client';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { bytes, count, plain } from '../plain-text.js';
import { type Session } from '../session.js';
import { downloadExport } from './download.js';
import { parseTableName } from './table-name.js';
import { watchToEnd } from './watch.js';

export interface ExportOptions {
  readonly format: string;
  readonly compression?: string;
  readonly columns?: string;
  readonly single?: boolean;
  readonly partition?: string;
  readonly asOf?: string;
  readonly query?: string;
  readonly limit?: string;
  readonly delimiter?: string;
  readonly header?: boolean;
  readonly verify?: string;
  readonly label?: string;
  readonly bucket?: string;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly download?: string | true;
}

/** Starts an export, and on request waits for it and downloads it. */
export async function startExport(
  session: Session,
  table: string | undefined,
  options: ExportOptions,
): Promise<void> {
  const { client, output } = session;
  const request = buildRequest(table, options);
  if (options.dryRun) {
    const plan = await unwrap(client.POST('/api/v1/export/plan', { body: request }));
    output.one(plan, () => planLines(plan));
    return;
  }
  const started = await unwrap(client.POST('/api/v1/export', { body: request }));
  if (!options.wait && !options.download) {
    output.one(started, () => [started.id]);
    output.note(`Started. Watch it with: outhaul status ${started.id} --watch`);
    return;
  }
  const ended = await watchToEnd(session, started.id);
  refuseUnfinished(ended);
  if (!options.download) {
    output.one(ended, () => [ended.id]);
    return;
  }
  await downloadExport(session, ended.id, options.download === true ? undefined : options.download);
}

/** Throws the failure of an export that has not succeeded. */
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
  if (outcome?.state === 'cancelled')
    throw new CommandFailure(exitCodes.failure, `Export ${ended.id} was cancelled.`);
}

export function buildRequest(table: string | undefined, options: ExportOptions): ExportRequest {
  const request = {
    source: sourceOf(table, options),
    format: options.format,
    compression: options.compression,
    columns: options.columns?.split(',').map((name) => ({ name: name.trim() })),
    shape: options.single ? 'single' : undefined,
    csv:
      options.delimiter !== undefined || options.header === false
        ? { delimiter: options.delimiter, header: options.header }
        : undefined,
    limit: options.limit === undefined ? undefined : Number(options.limit),
    verify: options.verify,
    label: options.label,
    bucket: options.bucket,
  };
  // What a flag holds is checked by the service, which names every fault at once.
  return JSON.parse(JSON.stringify(request)) as ExportRequest;
}

function sourceOf(table: string | undefined, { query, partition, asOf }: ExportOptions): object {
  if (query !== undefined) {
    if (table !== undefined)
      throw new CommandFailure(exitCodes.usage, 'Name a table or give a --query, not both.');
    return { type: 'query', sql: query };
  }
  if (table === undefined)
    throw new CommandFailure(
      exitCodes.usage,
      'Name a table, or give a --query.',
      'outhaul export samples.flights --format parquet',
    );
  return { type: 'table', ...parseTableName(table), partition, asOf };
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
    `as of     ${plan.source.asOf}`,
    `files     gs://${plan.files.bucket}/${plan.files.prefix}…/${plan.files.pattern}`,
    `verify    ${plan.verify}`,
    ...plan.warnings.map(
      ({ message, column }) => `warning   ${column ? `${column}: ` : ''}${message}`,
    ),
  ].map(plain);
}
