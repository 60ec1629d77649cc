import { rm } from 'node:fs/promises';
import { writeFiles } from '../formats/index.js';
import { type Codec, type FileFormat } from '../formats/format.js';
import { notImplemented } from '../http/cloud-error.js';
import { type BigQueryContext } from './bigquery-context.js';
import { type GcsUri, shardName } from './destination-uris.js';
import { type JobRun } from './job-draft.js';
import { type BigQueryField } from './schema.js';
import { type RowSource } from './physical-table.js';

export interface RowExport {
  readonly query: RowSource;
  readonly schema: readonly BigQueryField[];
  readonly uris: readonly GcsUri[];
  readonly format: FileFormat;
  readonly codec: Codec;
  readonly header: boolean;
  readonly delimiter: string;
  readonly useAvroLogicalTypes: boolean;
  readonly ordered: boolean;
  /** For the progress, where it is known. */
  readonly expectedRows?: number;
}

/** Writes the rows as objects. None is visible before all are written. Returns the number of files per URI. */
export async function exportRows(
  context: BigQueryContext,
  run: JobRun,
  request: RowExport,
): Promise<{ fileCounts: number[]; rowCount: number }> {
  const { uris, expectedRows } = request;
  const isSharded = uris[0]?.isPattern ?? false;
  if (uris.length > 1 && uris.some(({ isPattern }) => !isPattern))
    throw notImplemented('several destination URIs without a wildcard');
  const paths: string[] = [];
  try {
    const { files, rowCount } = await context.database.withConnection((connection) =>
      run.run(connection, () =>
        writeFiles(connection, request.query.sql, request.query.parameters ?? [], {
          format: request.format,
          codec: request.codec,
          header: request.header,
          delimiter: request.delimiter,
          useAvroLogicalTypes: request.useAvroLogicalTypes,
          ...(isSharded ? { shardBytes: context.shardBytes } : {}),
          ordered: request.ordered,
          schema: request.schema,
          nextPath() {
            const path = context.store.temporaryPath();
            paths.push(path);
            return path;
          },
          signal: run.signal,
          onProgress: (rows) => {
            if (expectedRows) run.reportProgress(rows / expectedRows);
          },
        }),
      ),
    );
    run.signal.throwIfAborted();
    const fileCounts = uris.map(() => 0);
    for (const [index, file] of files.entries()) {
      const which = Math.floor((index * uris.length) / files.length);
      const uri = uris[which];
      if (!uri) continue;
      await context.store.adopt(uri.bucket, shardName(uri, fileCounts[which] ?? 0), file.path, {
        contentType: 'application/octet-stream',
        sizeBytes: file.sizeBytes,
        ...(file.crc32c === undefined ? {} : { crc32c: file.crc32c }),
      });
      fileCounts[which] = (fileCounts[which] ?? 0) + 1;
    }
    return { fileCounts, rowCount };
  } finally {
    await Promise.all(paths.map((path) => rm(path, { force: true, recursive: true })));
  }
}
