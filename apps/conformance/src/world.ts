import { type Answer } from './answer.js';
import { BigQuery } from './bigquery.js';
import { type Budget } from './budget.js';
import { type Config } from './config.js';
import { Identity } from './identity.js';
import { type Options } from './options.js';
import { type Outcome } from './outcome.js';
import { type Need } from './probe.js';
import { makeScratch, type Scratch } from './scratch.js';
import { Storage, type StoredObject } from './storage.js';

/** How long a grant may take until Google heeds it. */
const grantPatienceMs = 120_000;

/** What probes ask with: the person's own eyes, a colleague's, and a place for scratch. */
export class World {
  readonly me: Identity;
  readonly bigquery: BigQuery;
  readonly storage: Storage;
  private names = 0;
  private colleague?: Promise<Identity>;
  private restricted?: Promise<{ readonly bigquery: BigQuery; readonly table: string }>;

  constructor(
    readonly config: Config,
    readonly options: Options,
    readonly scratch: Scratch,
    readonly location: string,
    readonly budget: Budget,
  ) {
    const { endpoints } = config;
    this.me = Identity.own(config);
    this.bigquery = new BigQuery(this.me, {
      endpoint: endpoints.bigquery,
      project: options.project,
      location,
      runId: scratch.runId,
      budget,
    });
    this.storage = new Storage(this.me, options.bucket, endpoints.storage);
  }

  /** Whether a probe can be asked with what was given on the command line. */
  has(need: Need): boolean {
    const { impersonate, readerRole, queue, serviceUrl } = this.options;
    const given: Readonly<Record<Need, boolean>> = {
      impersonate: impersonate !== undefined,
      'reader-role': impersonate !== undefined && readerRole !== undefined,
      queue: queue !== undefined,
      'service-url': serviceUrl !== undefined,
      'revocable-tokens': this.config.revocableTokens.length >= 2,
    };
    return given[need];
  }

  /** A name that no other probe uses. */
  name(hint: string): string {
    return `${hint}_${(this.names += 1)}`;
  }

  /** `` `P.D.t` `` for GoogleSQL. */
  quoted(table: string): string {
    return `\`${this.options.project}.${this.scratch.dataset}.${table}\``;
  }

  /** Makes a table of a query; returns its name in the scratch dataset. */
  async table(sql: string, clauses?: string): Promise<string> {
    const name = this.name('t');
    await this.bigquery.create(this.quoted(name), sql, clauses);
    return name;
  }

  tablePath(table: string): string {
    return `/datasets/${this.scratch.dataset}/tables/${encodeURIComponent(table)}`;
  }

  /** A folder of the bucket for one probe's files, ends in `/`. */
  folder(): string {
    return `${this.scratch.prefix}${this.name('files')}/`;
  }

  uri(name: string): string {
    return `gs://${this.options.bucket}/${name}`;
  }

  /** An extract job of a table of the scratch dataset, decorators and all. */
  async extract(
    table: string,
    settings: Readonly<Record<string, unknown>> = {},
    bigquery = this.bigquery,
  ): Promise<{
    job: Outcome;
    files: () => Promise<readonly StoredObject[]>;
    text: () => Promise<string>;
  }> {
    const folder = this.folder();
    const job = await bigquery.run({
      extract: {
        sourceTable: {
          projectId: this.options.project,
          datasetId: this.scratch.dataset,
          tableId: table,
        },
        destinationUris: [this.uri(`${folder}part-*`)],
        destinationFormat: 'CSV',
        printHeader: false,
        ...settings,
      },
    });
    return {
      job,
      files: () => this.storage.list(folder),
      text: async () => {
        const texts = [];
        for (const { name } of await this.storage.list(folder))
          texts.push((await this.storage.media(name)).orThrow().text);
        return texts.join('');
      },
    };
  }

  /** A colleague who may read the scratch dataset and run jobs; resolves when Google heeds the grant. */
  second(): Promise<Identity> {
    return (this.colleague ??= this.admitColleague());
  }

  async secondBigQuery(): Promise<BigQuery> {
    return this.bigquery.as(await this.second());
  }

  /** The colleague, and a table that they may read but not export; in a dataset of its own. */
  reader(): Promise<{ readonly bigquery: BigQuery; readonly table: string }> {
    return (this.restricted ??= this.admitReader());
  }

  private async admitReader(): Promise<{ bigquery: BigQuery; table: string }> {
    const { project, impersonate, readerRole } = this.options;
    const dataset = `${this.scratch.dataset}_reader`;
    await makeScratch({ ...this.scratch, dataset }, this.bigquery, project, this.location);
    const table = `\`${project}.${dataset}.readable\``;
    await this.bigquery.create(table, 'SELECT 1 AS id');
    const members = [`serviceAccount:${impersonate}`];
    const json = { policy: { bindings: [{ role: readerRole, members }] } };
    const path = `/datasets/${dataset}/tables/readable`;
    (await this.bigquery.call(`${path}:setIamPolicy`, { json })).orThrow();
    const bigquery = this.bigquery.as(await this.second());
    await untilGranted(() => bigquery.call(path));
    return { bigquery, table };
  }

  private async admitColleague(): Promise<Identity> {
    const account = this.options.impersonate ?? '';
    const identity = Identity.impersonated(this.me, account, this.config);
    const path = `/datasets/${this.scratch.dataset}`;
    const access = (await this.bigquery.call(path)).orThrow().at('access') as object[];
    const grant = { role: 'READER', userByEmail: account };
    const json = { access: [...access, grant] };
    (await this.bigquery.call(path, { method: 'PATCH', json })).orThrow();
    const table = await this.table('SELECT 1 AS one');
    const colleague = this.bigquery.as(identity);
    await untilGranted(() => colleague.call(this.tablePath(table)));
    return identity;
  }
}

async function untilGranted(ask: () => Promise<Answer>): Promise<void> {
  const until = Date.now() + grantPatienceMs;
  for (;;) {
    const answer = await ask();
    if (answer.ok) return;
    if (Date.now() > until) answer.orThrow();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
}
