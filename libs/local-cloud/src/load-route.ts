import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type LocalBigQuery } from './bigquery/bigquery.js';
import { CloudError } from './http/cloud-error.js';
import { type Route } from './http/route.js';

/**
 * Takes a file of the user's own as a table: `POST /_local/load?name=FILE.csv&table=dataset.table` with the bytes as
 * body. The content type keeps web pages out: a browser would have to ask first, and is not answered.
 */
export const loadRoute = (bigQuery: LocalBigQuery, dataDir: string): Route => ({
  service: 'admin',
  method: 'POST',
  path: '/_local/load',
  operation: 'local.load',
  async handler({ headers, query, raw }) {
    if (headers['content-type'] !== 'application/octet-stream') {
      throw new CloudError(415, 'invalid', 'Send the file as application/octet-stream.');
    }
    const folder = await mkdtemp(join(dataDir, 'load-'));
    try {
      const file = join(folder, basename(query.get('name') ?? '') || 'file');
      await pipeline(raw, createWriteStream(file));
      const { table, rowCount } = await bigQuery.loadFile(file, query.get('table') ?? '');
      return { json: { table: `${table.datasetId}.${table.tableId}`, rowCount } };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});
