import { AppError } from '../errors.js';
import { contentTypeOf, partName } from '../plan/file-names.js';
import { type StoredFile } from '../ports/file-store.js';
import { type Conversion, type ExportRecord } from '../record.js';
import { readLines } from '../xlsx/read-lines.js';
import { mostRowsOfSheet } from '../xlsx/sheet-limits.js';
import { parseRow, type Row } from '../xlsx/parse-row.js';
import { workbookEntries } from '../xlsx/workbook-entries.js';
import { createOnce } from './create-once.js';
import { writePrefix } from './file-places.js';
import { hasBytes } from './has-bytes.js';
import { keepPins, tupleOf } from './pins.js';
import { removeParts } from './remove-prefix.js';
import { readShards } from './shards.js';
import { type StepContext, type StepResult } from './step-context.js';

/**
 * Makes spreadsheets of the JSON lines that BigQuery has written: one workbook in each round, so that no call takes long;
 * where the next one begins is on record. The lines are deleted when all workbooks are.
 */
export async function convert(context: StepContext): Promise<StepResult> {
  const { record, files } = context;
  const { figures } = record;
  if (figures.fileCounts) {
    await removeParts(record, files);
    return { kind: 'done', step: { progress: { files: figures.fileCounts[0] } } };
  }
  const rowCount = figures.fileRows ?? 0;
  refuseManyInOne(record, rowCount);
  const count = Math.max(1, Math.ceil(rowCount / rowsOfFile(record)));
  const begun = figures.conversion ?? { shard: 0, offset: 0, rows: [] };
  const after = await writeWorkbook(context, begun, count);
  if (after.rows.length < count)
    return {
      kind: 'more',
      step: { progress: { files: after.rows.length } },
      figures: { conversion: after },
    };
  const written = after.rows.reduce((total, rows) => total + rows, 0);
  if (written !== rowCount)
    throw new AppError(
      'verification-failed',
      `The files of BigQuery hold ${rowCount} rows, the workbooks ${written}.`,
      { resource: record.id, fix: 'Retry the export; the files are kept for a look.' },
    );
  return {
    kind: 'more',
    recordFirst: true,
    step: { progress: { files: count } },
    figures: {
      conversion: undefined,
      fileCounts: [count],
      fileRowCounts: after.rows,
      files: await pinsOf(context, after),
    },
  };
}

/** A conversion that an older version has started has not kept all of them. */
const pinsOf = async (context: StepContext, { files = [], rows }: Conversion) =>
  files.length === rows.length ? keepPins('files', files, context.record, context) : undefined;

const rowsOfFile = ({ plan }: ExportRecord): number => plan.files.rowsPerFile ?? mostRowsOfSheet;

async function writeWorkbook(
  context: StepContext,
  begun: Conversion,
  count: number,
): Promise<Conversion> {
  const { record, files, surroundings } = context;
  const { bucket, format, compression, pattern } = record.plan.files;
  const shards = (await readShards(context)).flat();
  const name = writePrefix(record) + partName(pattern, begun.rows.length, count);
  const title = record.plan.source.table?.table ?? 'query';
  let reader = new RowReader(shards, begun, files, rowsOfFile(record));
  const workbook = () => {
    reader = new RowReader(shards, begun, files, rowsOfFile(record));
    return surroundings.zip(workbookEntries(title, record.plan.fields, reader.rows()));
  };
  const type = contentTypeOf(format, compression);
  const stored = await createOnce(
    files,
    bucket,
    name,
    (condition) => files.writeStream(bucket, name, workbook(), type, condition),
    (present) => hasBytes(files, present, workbook()),
  );
  return { ...reader.place, files: [...(begun.files ?? []), tupleOf(stored)] };
}

/** Reads the rows of one workbook and knows where the next begins. */
class RowReader {
  private shard: number;
  private offset: number;
  private count = 0;

  constructor(
    private readonly shards: readonly StoredFile[],
    private readonly begun: Conversion,
    private readonly files: StepContext['files'],
    private readonly most: number,
  ) {
    ({ shard: this.shard, offset: this.offset } = begun);
  }

  async *rows(): AsyncGenerator<Row> {
    for (; this.shard < this.shards.length; this.shard += 1, this.offset = 0) {
      const file = this.shards[this.shard] as StoredFile;
      if (this.offset >= file.sizeBytes) continue;
      const bytes = this.files.openRead(file, { start: this.offset, end: file.sizeBytes });
      for await (const { text, end } of readLines(bytes, this.offset)) {
        if (this.count === this.most) return;
        this.offset = end;
        this.count += 1;
        yield parseRow(text, file);
      }
    }
  }

  get place(): Conversion {
    return { shard: this.shard, offset: this.offset, rows: [...this.begun.rows, this.count] };
  }
}

function refuseManyInOne({ plan }: ExportRecord, rowCount: number): void {
  if (plan.files.shape !== 'single' || rowCount <= mostRowsOfSheet) return;
  throw new AppError(
    'single-file-impossible',
    `There are ${rowCount} rows; one sheet holds ${mostRowsOfSheet}.`,
    {
      field: 'shape',
      fix: 'Start the export again without `shape`: there will be several workbooks.',
    },
  );
}
