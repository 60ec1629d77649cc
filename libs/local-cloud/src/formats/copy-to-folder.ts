import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection } from '@duckdb/node-api';
import { flushWhile } from './flush-while.js';

/** Files that one COPY has written, in the order of the rows. */
export interface CopiedFiles {
  readonly folder: string;
  readonly paths: readonly string[];
  readonly rowCount: number;
}

/**
 * Runs COPY into a fresh folder at `folder`: an interrupted COPY leaves its partial files, and they go with the folder.
 * With `shardBytes` DuckDB begins a new file each time about so many bytes are written.
 */
export async function copyToFolder(
  connection: DuckDBConnection,
  select: string,
  parameters: readonly unknown[],
  target: {
    readonly folder: string;
    readonly options: string;
    readonly shardBytes?: number;
    readonly ending: string;
  },
): Promise<CopiedFiles> {
  const { folder, shardBytes, ending } = target;
  await mkdir(folder, { recursive: true });
  const path = shardBytes === undefined ? join(folder, `data_0.${ending}`) : join(folder, 'shards');
  const size =
    shardBytes === undefined ? '' : `, FILE_SIZE_BYTES ${shardBytes}, FILE_EXTENSION '${ending}'`;
  try {
    const reader = await flushWhile(
      shardBytes === undefined ? folder : path,
      connection.runAndReadAll(
        `COPY (${select}) TO '${path.replaceAll("'", "''")}' (${target.options}${size})`,
        parameters as never,
      ),
    );
    const rowCount = Number(reader.getRows()[0]?.[0] ?? 0);
    const paths = shardBytes === undefined ? [path] : await listShards(path);
    return { folder, paths, rowCount };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/**
 * The rows for a COPY that must keep their order. One that starts new files by size takes rows from several threads as
 * they come (DuckDB refuses PRESERVE_ORDER beside FILE_SIZE_BYTES); a streaming window has one thread bring them.
 */
export const rowsToCopy = (
  sql: string,
  { ordered, shardBytes }: { readonly ordered: boolean; readonly shardBytes?: number },
): string =>
  ordered && shardBytes !== undefined
    ? `SELECT * FROM (${sql}) QUALIFY row_number() OVER () > 0`
    : sql;

async function listShards(folder: string): Promise<string[]> {
  const numberOf = (name: string) => Number(/data_(\d+)/.exec(name)?.[1] ?? 0);
  const names = (await readdir(folder)).sort((a, b) => numberOf(a) - numberOf(b));
  return names.map((name) => join(folder, name));
}

export const sizeOf = async (path: string): Promise<number> => (await stat(path)).size;
