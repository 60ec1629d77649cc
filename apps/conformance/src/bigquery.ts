import { type Answer } from './answer.js';
import { type Budget, perQueryBytes } from './budget.js';
import { type Call, type Identity } from './identity.js';
import { Outcome } from './outcome.js';
import { mark } from './run-id.js';

export interface BigQueryPlace {
  /** Undefined = Google. */
  readonly endpoint?: string;
  readonly project: string;
  readonly location: string;
  readonly runId: string;
  readonly budget: Budget;
}

const google = 'https://bigquery.googleapis.com';
const pollMs = 500;
const patienceMs = 120_000;

type Json = Readonly<Record<string, unknown>>;

/** BigQuery's REST interface as one identity sees it. Every query has a limit of bytes, every job the run's label. */
export class BigQuery {
  constructor(
    readonly who: Identity,
    private readonly place: BigQueryPlace,
  ) {}

  /** The same through another's eyes. */
  as(who: Identity): BigQuery {
    return new BigQuery(who, this.place);
  }

  /** A call below the project, e.g. `/datasets`. */
  call(path: string, call?: Call): Promise<Answer> {
    const { endpoint = google, project } = this.place;
    return this.who.call(
      `${endpoint}/bigquery/v2/projects/${encodeURIComponent(project)}${path}`,
      call,
    );
  }

  insert(configuration: Json, jobId?: string, call?: Call): Promise<Answer> {
    const { project, location, runId } = this.place;
    return this.call('/jobs', {
      json: {
        jobReference: { projectId: project, location, jobId },
        configuration: { labels: { [mark]: runId }, ...configuration },
      },
      ...call,
    });
  }

  /** Inserts the job and waits for its end. */
  async run(configuration: Json, jobId?: string): Promise<Outcome> {
    const until = Date.now() + patienceMs;
    let answer = await this.insert(configuration, jobId);
    const { id, location } = new Outcome(answer);
    while (answer.ok && answer.at('status.state') !== 'DONE' && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, this.place.endpoint ? 50 : pollMs));
      answer = await this.call(`/jobs/${id}`, { query: { location } });
    }
    return new Outcome(answer);
  }

  /** Runs a statement; `settings` are properties of `configuration.query`. */
  query(sql: string, settings: Json = {}, jobId?: string): Promise<Outcome> {
    return this.place.budget.spend(async () => {
      const value = await this.run({ query: queryOf(sql, settings) }, jobId);
      const billed = value.at('statistics.query.totalBytesBilled');
      return { billedBytes: Number(billed ?? 0), value };
    });
  }

  /** Asks what a statement would do; costs nothing. */
  async dryRun(sql: string, settings: Json = {}): Promise<Outcome> {
    return new Outcome(await this.insert({ dryRun: true, query: queryOf(sql, settings) }));
  }

  /** The rows of a query, each cell as text or null. */
  async rows(sql: string, settings: Json = {}): Promise<(string | null)[][]> {
    const job = (await this.query(sql, settings)).orThrow();
    return rowsIn((await this.results(job)).orThrow());
  }

  /** The answer of a query that has ended. */
  results({ id, location }: Outcome): Promise<Answer> {
    return this.call(`/queries/${id}`, { query: { location } });
  }

  /** Makes a table of a query. */
  async create(name: string, sql: string, clauses = ''): Promise<void> {
    (await this.query(`CREATE TABLE ${name} ${clauses} AS ${sql}`)).orThrow();
  }
}

const queryOf = (sql: string, settings: Json): Json => ({
  query: sql,
  useLegacySql: false,
  useQueryCache: false,
  maximumBytesBilled: String(perQueryBytes),
  ...settings,
});

interface WireRows {
  readonly rows?: readonly { readonly f: readonly { readonly v: unknown }[] }[];
}

export const rowsIn = (answer: Answer): (string | null)[][] =>
  ((answer.json as WireRows).rows ?? []).map(({ f }) =>
    f.map(({ v }) =>
      v === null || v === undefined ? null : typeof v === 'string' ? v : JSON.stringify(v),
    ),
  );
