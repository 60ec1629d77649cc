import { type Dataset, type Field, type TableSummary, unwrap } from '@outhaul/api-client';
import { bytes, count, plain, when } from '../plain-text.js';
import { type Session } from '../session.js';
import { parseDatasetName } from './dataset-name.js';
import { withDidYouMean } from './did-you-mean.js';
import { everyPage } from './every-page.js';
import { parseTableName } from './table-name.js';

export async function listDatasets({ client, output }: Session, project?: string): Promise<void> {
  const datasets = await everyPage<Dataset>((pageToken) =>
    unwrap(client.GET('/api/v1/datasets', { params: { query: { project, pageToken } } })),
  );
  output.list(
    datasets,
    [
      { title: 'dataset', value: ({ dataset }) => dataset },
      { title: 'location', value: ({ location }) => location ?? '' },
      { title: 'project', value: (each) => each.project },
    ],
    'There are no datasets that you may see.',
  );
}

export async function listTables(
  session: Session,
  name: string,
  namedProject?: string,
): Promise<void> {
  const { client, output } = session;
  const { project, dataset } = parseDatasetName(name, namedProject);
  const tables = await withDidYouMean(session, { project, dataset }, () =>
    everyPage<TableSummary>((pageToken) =>
      unwrap(client.GET('/api/v1/tables', { params: { query: { dataset, project, pageToken } } })),
    ),
  );
  output.list(
    tables,
    [
      { title: 'table', value: ({ ref }) => `${ref.dataset}.${ref.table}` },
      {
        title: 'kind',
        value: ({ kind, partitioned }) => (partitioned ? `${kind}, partitioned` : kind),
      },
      {
        title: 'created',
        value: ({ createdMs }) => (createdMs === undefined ? '' : when(createdMs)),
      },
    ],
    `Dataset ${dataset} has no tables.`,
  );
}

export async function showTable(session: Session, name: string): Promise<void> {
  const { client, output } = session;
  const ref = parseTableName(name);
  const { project, dataset, table } = ref;
  const found = await withDidYouMean(session, ref, () =>
    unwrap(
      client.GET('/api/v1/tables/{dataset}/{table}', {
        params: { path: { dataset, table }, query: { project } },
      }),
    ),
  );
  output.one(found, () => [
    output.bold(plain(`${found.ref.project}.${found.ref.dataset}.${found.ref.table}`)),
    ...(found.description ? [plain(found.description)] : []),
    '',
    `kind       ${found.kind}`,
    ...(found.rowCount === undefined ? [] : [`rows       ${count(found.rowCount)}`]),
    ...(found.sizeBytes === undefined ? [] : [`size       ${bytes(found.sizeBytes)}`]),
    `location   ${found.location}`,
    `changed    ${when(found.modifiedMs)}`,
    ...(found.partitioning
      ? [
          `partitions by ${found.partitioning.unit.toLowerCase()} of ${found.partitioning.column ?? 'the time of loading'}`,
        ]
      : []),
    '',
    ...fieldLines(found.fields),
  ]);
}

function fieldLines(fields: readonly Field[], depth = 0): string[] {
  const longest = Math.max(0, ...fields.map(({ name }) => name.length));
  return fields.flatMap((field) => {
    const type = field.mode === 'REPEATED' ? `ARRAY<${field.type}>` : field.type;
    const line = `${'  '.repeat(depth)}${field.name.padEnd(longest)}  ${type}${field.mode === 'REQUIRED' ? ' NOT NULL' : ''}${field.description ? `  ${field.description}` : ''}`;
    return [plain(line), ...fieldLines(field.fields ?? [], depth + 1)];
  });
}

export async function previewTable(session: Session, name: string, maxRows: number): Promise<void> {
  const { client, output } = session;
  const ref = parseTableName(name);
  const { project, dataset, table } = ref;
  const preview = await withDidYouMean(session, ref, () =>
    unwrap(
      client.GET('/api/v1/tables/{dataset}/{table}/preview', {
        params: { path: { dataset, table }, query: { project, maxRows } },
      }),
    ),
  );
  if (output.options.json) {
    for (const row of preview.rows) {
      output.json(
        Object.fromEntries(preview.fields.map((field, index) => [field.name, row[index]])),
      );
    }
    return;
  }
  output.list(
    preview.rows,
    preview.fields.map((field, index) => ({
      title: plain(field.name),
      right: field.type === 'INT64' || field.type === 'FLOAT64' || field.type === 'NUMERIC',
      value: (row) => shorten(row[index]),
    })),
    `${name} has no rows.`,
  );
}

function shorten(cell: unknown): string {
  const text =
    cell === null || cell === undefined
      ? 'NULL'
      : typeof cell === 'string'
        ? cell
        : JSON.stringify(cell);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
