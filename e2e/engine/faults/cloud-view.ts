import { gunzipSync } from 'node:zlib';
import { streams } from 'avsc';
import { parquetReadObjects } from 'hyparquet';
import { filesBucket, project } from './world';
import { textsOfSheet } from './read-sheet';

interface StoredObject {
  readonly name: string;
  readonly size: string;
  readonly crc32c: string;
  readonly generation: string;
}

/** The cloud as it really is, seen past all faults. */
export class CloudView {
  constructor(
    readonly url: string,
    readonly keyFile: string,
  ) {}

  async objects(prefix: string): Promise<readonly StoredObject[]> {
    const { items = [] } = await this.#get<{ items?: StoredObject[] }>(
      `/storage/v1/b/${filesBucket}/o?prefix=${encodeURIComponent(prefix)}`,
    );
    return items;
  }

  async read(name: string): Promise<Buffer> {
    const answer = await fetch(
      `${this.url}/storage/v1/b/${filesBucket}/o/${encodeURIComponent(name)}?alt=media`,
    );
    return Buffer.from(await answer.arrayBuffer());
  }

  /** BigQuery's jobs of an export, with their states; their ids say what they are. */
  async jobs(exportId: string): Promise<readonly { id: string; state: string }[]> {
    const possible = ['extract', 'witness', 'verify', 'materialize'].flatMap((step) =>
      [1, 2, 3, 4].map((attempt) => `outhaul_${exportId}_${step}_${attempt}`),
    );
    const answers = await Promise.all(
      possible.map(async (id) => {
        const answer = await fetch(`${this.url}/bigquery/v2/projects/${project}/jobs/${id}`);
        if (!answer.ok) return undefined;
        const { status } = (await answer.json()) as { status: { state: string } };
        return { id, state: status.state };
      }),
    );
    return answers.filter((each) => each !== undefined);
  }

  /** The same, after a cancelled job has had the time to end. */
  async settledJobs(exportId: string): Promise<readonly { id: string; state: string }[]> {
    for (let tries = 0; ; tries += 1) {
      const jobs = await this.jobs(exportId);
      if (tries >= 20 || jobs.every(({ state }) => state === 'DONE')) return jobs;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** How many jobs there are at all, so that none can hide behind another name. */
  async jobCount(): Promise<number> {
    let count = 0;
    let pageToken = '';
    do {
      const page = await this.#get<{ jobs?: object[]; nextPageToken?: string }>(
        `/bigquery/v2/projects/${project}/jobs?allUsers=true&maxResults=1000&pageToken=${pageToken}`,
      );
      count += page.jobs?.length ?? 0;
      pageToken = page.nextPageToken ?? '';
    } while (pageToken);
    return count;
  }

  /** Deletes one shard of an export, when there is one that is not joined yet; answers whether it did. */
  async deleteShard(exportId: string): Promise<boolean> {
    const all = await this.objects(`exports/${exportId}/`);
    if (all.some(({ name }) => name.endsWith('/manifest.json'))) return false;
    const shard = all.find(({ name }) => /\d{12}\.[a-z.]+$/.test(name));
    if (!shard) return false;
    const answer = await fetch(
      `${this.url}/storage/v1/b/${filesBucket}/o/${encodeURIComponent(shard.name)}`,
      { method: 'DELETE' },
    );
    return answer.ok;
  }

  /** The first column of a file's rows, as text. */
  async firstColumn(name: string): Promise<readonly string[]> {
    const content = await this.read(name);
    if (name.endsWith('.parquet')) {
      const file = content.buffer.slice(
        content.byteOffset,
        content.byteOffset + content.length,
      ) as ArrayBuffer;
      return (await parquetReadObjects({ file })).map((row) => String(row['id']));
    }
    if (name.endsWith('.avro')) return (await rowsOfAvro(content)).map((row) => String(row['id']));
    if (name.endsWith('.xlsx')) return textsOfSheet(content, 'A').slice(1);
    const text = (name.endsWith('.gz') ? gunzipSync(content) : content).toString('utf8');
    const lines = text.split('\n').filter(Boolean);
    if (name.includes('.jsonl'))
      return lines.map((line) => String((JSON.parse(line) as { id: string }).id));
    return lines.map((line) => line.split(',')[0] ?? '').filter((cell) => cell !== 'id');
  }

  async #get<T>(path: string): Promise<T> {
    return (await (await fetch(this.url + path)).json()) as T;
  }
}

/** Read by another library than the product's own reader. */
function rowsOfAvro(content: Buffer): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  const decoder = new streams.BlockDecoder();
  return new Promise((resolve, reject) => {
    decoder
      .on('data', (row: Record<string, unknown>) => rows.push(row))
      .on('end', () => resolve(rows))
      .on('error', reject);
    decoder.end(content);
  });
}
