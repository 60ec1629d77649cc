import {
  type Dataset,
  type ExportRequest,
  type Plan,
  ProblemError,
  type TableSummary,
  unwrap,
} from '@outhaul/api-client';
import * as prompts from '@clack/prompts';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { plain } from '../plain-text.js';
import { idWord, shellWord } from '../shell-word.js';
import { type Session } from '../session.js';
import { cancelledBySignal } from './cancelled-by-signal.js';
import { downloadExport } from './download.js';
import { everyPage } from './every-page.js';
import { planLines, refuseUnfinished } from './export.js';
import { watchToEnd } from './watch.js';

/** Leads a person from a dataset to files on disk; for terminals only. */
export async function guide(session: Session): Promise<void> {
  const { client } = session;
  const datasets = await everyPage<Dataset>((pageToken) =>
    unwrap(client.GET('/api/v1/datasets', { params: { query: { pageToken } } })),
  );
  if (datasets.length === 0)
    throw new CommandFailure(exitCodes.notFound, 'There are no datasets that you may see.');
  prompts.intro('Outhaul: tables out of BigQuery, as files');
  const dataset = answered(
    await prompts.autocomplete({
      message: 'Dataset',
      options: datasets.map(({ dataset: value }) => ({ value, label: plain(value) })),
    }),
  );
  const tables = await everyPage<TableSummary>((pageToken) =>
    unwrap(client.GET('/api/v1/tables', { params: { query: { dataset, pageToken } } })),
  );
  if (tables.length === 0)
    throw new CommandFailure(exitCodes.notFound, `Dataset ${dataset} has no tables.`);
  const table = answered(
    await prompts.autocomplete({
      message: 'Table (type to search)',
      options: tables.map(({ ref, kind }) => ({
        value: ref.table,
        label: plain(ref.table),
        hint: kind,
      })),
    }),
  );
  const { request, plan } = await choosePlan(session, dataset, table);
  prompts.note(planLines(plan).map(plain).join('\n'), 'The plan');
  if (!answered(await prompts.confirm({ message: 'Run it?' }))) {
    prompts.cancel('Nothing was run.');
    return;
  }
  const ended = await cancelledBySignal(session.output, {
    what: 'export',
    begin: () => unwrap(client.POST('/api/v1/export', { body: request })),
    follow: (id) => watchToEnd(session, id),
    cancel: (id) => unwrap(client.POST('/api/v1/export/{id}/cancel', { params: { path: { id } } })),
  });
  refuseUnfinished(ended);
  const folder = answered(
    await prompts.text({ message: 'Download into', initialValue: `./${table}` }),
    `Its files are there: outhaul download ${idWord(ended.id)}${session.again}`,
  );
  await downloadExport(session, ended.id, folder);
  prompts.outro(`The same by one command:
  outhaul export ${shellWord(`${dataset}.${table}`)} --format ${request.format}${request.shape === 'single' ? ' --single' : ''} --download ${shellWord(folder)}${session.again}`);
}

/** What is chosen, with its plan; who has chosen what this table cannot be chooses again. */
async function choosePlan(
  { client }: Session,
  dataset: string,
  table: string,
): Promise<{ request: ExportRequest; plan: Plan }> {
  for (;;) {
    const request = await chooseRequest(dataset, table);
    try {
      const plan = await unwrap(client.POST('/api/v1/export/plan', { body: request }));
      return { request, plan };
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.status !== 400) throw error;
      prompts.log.error(plain(error.message));
    }
  }
}

async function chooseRequest(dataset: string, table: string): Promise<ExportRequest> {
  const format = answered(
    await prompts.select({
      message: 'Format',
      options: [
        { value: 'parquet' as const, label: 'Parquet', hint: 'types kept, small, for programs' },
        { value: 'csv' as const, label: 'CSV', hint: 'for spreadsheets; no nested columns' },
        { value: 'jsonl' as const, label: 'JSON lines', hint: 'nested columns kept' },
        { value: 'avro' as const, label: 'Avro', hint: 'types kept' },
      ],
    }),
  );
  const isText = format === 'csv' || format === 'jsonl';
  const isSingle =
    isText && answered(await prompts.confirm({ message: 'One file, whatever its size?' }));
  return {
    source: { type: 'table', dataset, table },
    format,
    ...(isSingle ? { shape: 'single' } : {}),
  };
}

/** The answer; whoever presses Ctrl-C or Escape has stopped, which is no fault. */
function answered<T>(answer: T, fix?: string): Exclude<T, symbol> {
  if (!prompts.isCancel(answer)) return answer as Exclude<T, symbol>;
  prompts.cancel('Stopped.');
  throw new CommandFailure(exitCodes.interrupted, 'Nothing more was done.', fix);
}
