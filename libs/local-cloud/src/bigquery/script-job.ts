import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { type ScriptPart } from '../googlesql/parser/parse-script.js';
import { type ScriptScope, type TableName } from '../googlesql/translate.js';
import { CloudError, notImplemented } from '../http/cloud-error.js';
import { type Caller } from '../identity/caller.js';
import { scriptDataset } from '../identity/personal-dataset.js';
import { type BigQueryContext } from './bigquery-context.js';
import { invalid } from './bigquery-errors.js';
import { type JobRun } from './job-draft.js';
import { toErrorProto } from './job-errors.js';
import { type JobRecord } from './job-record.js';
import { type PreparedQuery, prepareQuery, type QuerySetting } from './query-job.js';
import { requireHiddenDataset } from './query-results.js';
import { splitScript } from './query-translator.js';
import { errorInScript, stackFrameOf } from './script-position.js';

type Json = Readonly<Record<string, unknown>>;

/** Analyzes a query or a script (throwing BigQuery's 400, 403 and 404) and gives the work that runs it. */
export async function prepareStatements(
  context: BigQueryContext,
  caller: Caller,
  projectId: string,
  configuration: Json,
  setting: QuerySetting,
): Promise<PreparedQuery> {
  const sql = configuration['query'];
  if (typeof sql !== 'string' || sql === '')
    throw new CloudError(400, 'required', 'Required parameter is missing: query');
  if (configuration['useLegacySql'] === true) throw notImplemented('legacy SQL');
  // Most texts have no `;` within, and need not be parsed twice.
  const parts = /;\s*\S/.test(sql) ? await splitScript(sql) : [];
  if (parts.length < 2) return prepareQuery(context, caller, projectId, configuration, setting);
  requireScriptSettings(configuration);
  const script = new Script(context, caller, projectId, configuration, sql, parts);
  if (setting.isDryRun) return script.dryRun(setting.location);
  const location = setting.location ?? (await script.locate());
  return {
    location,
    statistics: { statementType: 'SCRIPT' },
    totalBytesProcessed: 0,
    work: async (run, job) => {
      await script.run(run, job);
      return {};
    },
  };
}

/** What a job's configuration may say of one query, and not of a script. */
const settingsOfOneQuery = [
  'clustering',
  'createDisposition',
  'destinationTable',
  'destinationEncryptionConfiguration',
  'rangePartitioning',
  'schemaUpdateOptions',
  'timePartitioning',
  'userDefinedFunctionResources',
  'writeDisposition',
];

function requireScriptSettings(configuration: Json): void {
  const wrong = settingsOfOneQuery.find((name) => configuration[name] !== undefined);
  if (wrong !== undefined) throw invalid(`configuration.query.${wrong} cannot be set for scripts`);
  if (configuration['scriptOptions'] !== undefined) throw notImplemented('scriptOptions');
}

/** The statements of one text, run one after the other, each as a job of its own. */
class Script {
  /** The temporary tables, by their names in the script. */
  readonly #tables = new Map<string, TableName>();
  readonly #id = createHash('md5').update(randomUUID()).digest('hex');

  constructor(
    private readonly context: BigQueryContext,
    private readonly caller: Caller,
    private readonly projectId: string,
    private readonly configuration: Json,
    private readonly sql: string,
    private readonly parts: readonly ScriptPart[],
  ) {}

  /**
   * As Google describes it: statements are validated in their order up to the first that defines something, and those
   * behind it are not looked at.
   */
  async dryRun(asked: string | undefined): Promise<PreparedQuery> {
    const location = asked ?? (await this.locate());
    let bytes = 0;
    let isWhole = true;
    for (const [index, part] of this.parts.entries()) {
      const prepared = await this.#prepare(part, location, true);
      bytes += prepared.totalBytesProcessed;
      if (!/^(CREATE|DROP)/.test(String(prepared.statistics['statementType']))) continue;
      isWhole = index === this.parts.length - 1;
      break;
    }
    const statistics = {
      statementType: 'SCRIPT',
      totalBytesProcessed: String(bytes),
      totalBytesProcessedAccuracy: isWhole ? 'UPPER_BOUND' : 'LOWER_BOUND',
    };
    return {
      location,
      statistics,
      totalBytesProcessed: bytes,
      work: () => Promise.resolve({}),
    };
  }

  /** The location of the tables that the first statement reads. */
  async locate(): Promise<string | undefined> {
    const [first] = this.parts;
    try {
      return first && (await this.#prepare(first, undefined, true)).location;
    } catch (error) {
      // What is wrong with it shows when it runs.
      if (error instanceof CloudError) return undefined;
      throw error;
    }
  }

  async run(run: JobRun, job: JobRecord): Promise<void> {
    let bytes = 0;
    let billed = 0;
    for (const [index, part] of this.parts.entries()) {
      run.signal.throwIfAborted();
      const child = await this.#runPart(run, job, part, index);
      bytes += child.totalBytesProcessed ?? 0;
      billed += Number(child.statistics['totalBytesBilled'] ?? 0);
      run.note({
        numChildJobs: index + 1,
        totalBytesProcessed: bytes,
        statistics: { totalBytesProcessed: String(bytes), totalBytesBilled: String(billed) },
      });
      run.signal.throwIfAborted();
      if (child.errorResult) throw asCloudError(errorInScript(child.errorResult, this.sql, part));
    }
  }

  async #runPart(
    run: JobRun,
    parent: JobRecord,
    part: ScriptPart,
    index: number,
  ): Promise<JobRecord> {
    const { jobs } = this.context;
    const base = {
      projectId: this.projectId,
      jobId: `script_job_${this.#id}_${index}`,
      location: parent.location,
      userEmail: parent.userEmail,
      type: 'QUERY' as const,
      configuration: { ...parent.configuration, query: this.#settingsOf(part) },
      statistics: {},
      child: {
        parentJobId: parent.jobId,
        scriptStatistics: {
          evaluationKind: 'STATEMENT',
          stackFrames: [stackFrameOf(this.sql, part)],
        },
      },
    };
    let prepared: PreparedQuery;
    try {
      prepared = await this.#prepare(part, parent.location, false);
    } catch (error) {
      if (error instanceof CloudError) return jobs.startFailed(base, error);
      throw error;
    }
    const { statistics, totalBytesProcessed, change, work } = prepared;
    if (change && 'temporaryName' in change)
      await requireHiddenDataset(this.context, { ...change.name, location: parent.location });
    const done = await jobs.runWithin(run.signal, {
      ...base,
      statistics,
      totalBytesProcessed,
      work,
    });
    if (!done.errorResult && change) this.#remember(change);
    return done;
  }

  #prepare(
    part: ScriptPart,
    location: string | undefined,
    isDryRun: boolean,
  ): Promise<PreparedQuery> {
    const { context, caller, projectId } = this;
    return prepareQuery(context, caller, projectId, this.#settingsOf(part), {
      location,
      isDryRun,
      script: this.#scope(location ?? 'US'),
    }).catch((error: unknown) => {
      if (!isDryRun || !(error instanceof CloudError)) throw error;
      throw asCloudError(errorInScript(toErrorProto(error), this.sql, part), error);
    });
  }

  /** The settings of one statement's job; each has its own of the parameters without a name. */
  #settingsOf({ start, end, positions: { before, own } }: ScriptPart): Json {
    const { queryParameters, ...settings } = this.configuration;
    const isPositional = own > 0 || before > 0;
    return {
      ...settings,
      query: this.sql.slice(start, end),
      ...(Array.isArray(queryParameters)
        ? {
            queryParameters: isPositional
              ? queryParameters.slice(before, before + own)
              : (queryParameters as unknown[]),
          }
        : {}),
    };
  }

  #scope(location: string): ScriptScope {
    return {
      tables: this.#tables,
      newTable: {
        projectId: this.projectId,
        datasetId: scriptDataset(this.caller.email, location),
        tableId: `anon${randomBytes(16).toString('hex')}`,
      },
    };
  }

  #remember(change: NonNullable<PreparedQuery['change']>): void {
    if (change.kind === 'create-table' && change.temporaryName !== undefined)
      this.#tables.set(change.temporaryName, change.name);
    if (change.kind !== 'drop') return;
    for (const [name, { tableId }] of this.#tables)
      if (tableId === change.name.tableId) this.#tables.delete(name);
  }
}

const asCloudError = (
  { reason, message, location }: NonNullable<JobRecord['errorResult']>,
  { status, details }: Pick<CloudError, 'status' | 'details'> = { status: 400, details: {} },
): CloudError =>
  new CloudError(status, reason, message, {
    ...details,
    ...(location === undefined ? {} : { location }),
  });
