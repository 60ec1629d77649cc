import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Caller,
  type Exporter,
  type ExportRecord,
  type ExportRequest,
  makeExporter,
  permissions,
} from '@outhaul/core';
import {
  GoogleExportSetStore,
  GoogleFileStore,
  GoogleRecordStore,
  GoogleWarehouse,
  maskKeysOf,
  nodeSurroundings,
  serviceAuth,
} from '@outhaul/google';
import { pastWriteLimit } from '../../support/past-write-limit';
import { RunningProcess } from '../../support/running-process';

export const project = 'outhaul-local';
export const filesBucket = 'outhaul-local-files';
export const maskKey = 'a-mask-key-of-thirty-two-letters';

type Options = Omit<Partial<ExportRequest>, 'source'> & {
  readonly source?: ExportRequest['source'];
};

/** Steps that take less than a second go on record together; while someone watches, each looks as if it took one. */
interface Pace {
  watchers: number;
  skewMs: number;
}

function nowOf(pace: Pace): number {
  if (pace.watchers > 0) pace.skewMs += 1_000;
  return Date.now() + pace.skewMs;
}

/** The product's core on Google's real clients, against a local cloud of its own; no service in between. */
export class Engine {
  readonly caller: Caller;
  readonly files: GoogleFileStore;

  private constructor(
    readonly folder: string,
    private readonly cloud: RunningProcess,
    readonly exporter: Exporter,
    warehouse: GoogleWarehouse,
    files: GoogleFileStore,
    private readonly pace: Pace,
  ) {
    this.caller = { email: 'owner@example.com', permissions: new Set(permissions), warehouse };
    this.files = files;
  }

  static async start(...cloudArgs: string[]): Promise<Engine> {
    const folder = mkdtempSync(join(tmpdir(), 'outhaul-engine-'));
    const data = join(folder, 'data');
    const cloud = await RunningProcess.start('dist/libs/local-cloud/main.mjs', [
      ...['--port', '0', '--data', data, '--write-limit', ...cloudArgs],
    ]);
    const url = cloud.ready.url ?? '';
    const endpoints = { bigquery: url, storage: url };
    const auth = serviceAuth(join(data, 'service-account.json'));
    const warehouse = new GoogleWarehouse(auth, project, endpoints);
    const files = new GoogleFileStore(auth, project, endpoints);
    const pace = { watchers: 0, skewMs: 0 };
    const exporter = makeExporter({
      records: new GoogleRecordStore(auth, project, 'outhaul-local-records', endpoints),
      sets: new GoogleExportSetStore(auth, project, 'outhaul-local-records', endpoints),
      files,
      service: warehouse,
      serviceProject: project,
      maskKeys: maskKeysOf(maskKey),
      surroundings: { ...nodeSurroundings, nowMs: () => nowOf(pace) },
      settings: {
        defaultProject: project,
        filesBuckets: [filesBucket],
        pricePerTib: 6.25,
        currency: 'USD',
        urlLifetimeMs: 60_000,
      },
      audit: { write: async () => undefined, note: () => undefined },
    });
    return new Engine(folder, cloud, exporter, warehouse, files, pace);
  }

  get url(): string {
    return this.cloud.ready.url ?? '';
  }

  async makeDataset(datasetId: string, projectId = project): Promise<void> {
    await this.call('POST', `${projectId}/datasets`, {
      datasetReference: { projectId, datasetId },
      location: 'US',
    });
  }

  /** Calls BigQuery's own API below `/projects/`. */
  async call(method: string, path: string, body?: object): Promise<void> {
    const answer = await fetch(`${this.url}/bigquery/v2/projects/${path}`, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  }

  private advancedMs = 0;

  /** The local cloud's time. */
  nowMs(): number {
    return Date.now() + this.advancedMs;
  }

  /** Moves the local cloud's time forward. */
  async moveClock(advanceMs: number): Promise<void> {
    this.advancedMs += advanceMs;
    const answer = await fetch(`${this.url}/_local/clock`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ advanceMs }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }

  /** Loads a CSV text as a table. */
  async load(table: string, text: string): Promise<void> {
    const answer = await fetch(
      `${this.url}/_local/load?name=${table.split('.')[1]}.csv&table=${table}`,
      { method: 'POST', headers: { 'Content-Type': 'application/octet-stream' }, body: text },
    );
    if (!answer.ok) throw new Error(await answer.text());
  }

  /** Runs one GoogleSQL statement and answers its rows, cells as text. */
  async query(sql: string): Promise<readonly (readonly (string | null)[])[]> {
    const answer = await fetch(`${this.url}/bigquery/v2/projects/${project}/queries`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: sql, useLegacySql: false, timeoutMs: 60_000 }),
    });
    const body = (await answer.json()) as {
      error?: { message: string };
      rows?: { f: { v: string | null }[] }[];
    };
    if (body.error) throw new Error(`${body.error.message}\n${sql}`);
    return (body.rows ?? []).map(({ f }) => f.map(({ v }) => v));
  }

  async start(table: string, options: Options): Promise<string> {
    const [dataset = '', name = ''] = table.split('.');
    const request = {
      format: 'parquet',
      source: { type: 'table', dataset, table: name },
      ...options,
    };
    return (await this.exporter.start(this.caller, request)).id;
  }

  /** Advances until the export has ended, or `until` holds after a step: then each step is put on record by itself. */
  async run(id: string, until?: (record: ExportRecord) => boolean): Promise<ExportRecord> {
    if (until) this.pace.watchers += 1;
    try {
      for (;;) {
        const record = await this.exporter.advance(id, this.caller);
        if (record.outcome || until?.(record)) return record;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    } finally {
      if (until) this.pace.watchers -= 1;
    }
  }

  async export(table: string, options: Options): Promise<ExportRecord> {
    return this.run(await this.start(table, options));
  }

  /** Names of everything that an export has written, below its first try. */
  async names(id: string): Promise<string[]> {
    const prefix = `exports/${id}/try-1/`;
    return (await this.files.list(filesBucket, prefix)).map(({ name }) =>
      name.slice(prefix.length),
    );
  }

  async read(id: string, name: string): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    const file = { bucket: filesBucket, name: `exports/${id}/try-1/${name}` };
    for await (const piece of this.files.openRead(file)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** Writes into an export whose record pins nothing, as those of earlier versions: what is found then is up to the checks. */
  async write(id: string, name: string, content: Buffer): Promise<unknown> {
    const type = 'application/octet-stream';
    await this.forgetPins(id);
    return this.files.put(filesBucket, `exports/${id}/try-1/${name}`, content, type);
  }

  private async forgetPins(id: string): Promise<void> {
    const bucket = `${this.url}/storage/v1/b/outhaul-local-records/o`;
    const name = encodeURIComponent(`exports/${id}.json`);
    const record = (await (await fetch(`${bucket}/${name}?alt=media`)).json()) as {
      figures?: Record<string, unknown>;
    };
    for (const pins of ['taken', 'shards', 'files']) delete record.figures?.[pins];
    const answer = await pastWriteLimit(() =>
      fetch(
        `${this.url}/upload/storage/v1/b/outhaul-local-records/o?uploadType=media&name=${name}`,
        { method: 'POST', body: JSON.stringify(record) },
      ),
    );
    if (!answer.ok) throw new Error(await answer.text());
  }

  async stop(): Promise<void> {
    await this.cloud.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
