import { readFileSync } from 'node:fs';
import { AppError, type Caller, type Exporter, isAppError, rolePermissions } from '@outhaul/core';
import { askTokenInfo, GoogleWarehouse, makeDirectExporter, renewedAuth } from '@outhaul/google';
import { type CliConfig } from '../config.js';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { AuditFile } from './audit-file.js';
import { bucketNeeds } from './bucket-needs.js';
import { type DirectConfig } from './direct-config.js';
import { recordKeyOf } from './record-key.js';
import { problemOf } from './problem-of.js';
import { directRoutes } from './routes.js';
import { NeedsService, type Own, type Route } from './route-types.js';

export interface DirectOptions {
  readonly settings: DirectConfig;
  readonly google: CliConfig['google'];
  readonly project?: string;
  readonly bucket?: string;
  /** Whose quota calls count against, as the credentials say. */
  readonly quotaProject?: string;
  readonly token: () => Promise<string>;
}

interface Opened {
  readonly exporter: Exporter;
  readonly caller: Caller;
}

/** Answers the API's requests within this process, as the person whose token it is. */
export class DirectService implements Own {
  readonly warehouse: GoogleWarehouse;
  readonly pollMs: number;
  /** What went wrong last, for whoever watches a stream that breaks. */
  lastFault?: string;
  private readonly auth;
  private readonly endpoints;
  private opened?: Promise<Opened>;

  private constructor(
    private readonly options: DirectOptions,
    readonly project: string,
  ) {
    const { bigqueryEndpoint, storageEndpoint, pollMs } = options.settings;
    this.pollMs = pollMs;
    this.auth = renewedAuth(options.token, options.quotaProject);
    this.endpoints = { bigquery: bigqueryEndpoint, storage: storageEndpoint };
    this.warehouse = new GoogleWarehouse(this.auth, project, this.endpoints);
  }

  static open(options: DirectOptions): DirectService {
    const project = options.project ?? projectOfCredentials(options.google);
    if (project) return new DirectService(options, project);
    throw new CommandFailure(
      exitCodes.usage,
      'Direct mode needs to know whose BigQuery jobs these are.',
      'Name a project: --project ID, OUTHAUL_PROJECT, or outhaul config project ID',
    );
  }

  async answer(request: Request): Promise<Response> {
    try {
      const found = findRoute(request);
      // Without credentials there is nothing to ask Google, and nothing that its libraries could say better.
      await this.options.token();
      const body: unknown = request.body ? await request.json() : undefined;
      const idempotencyKey = request.headers.get('idempotency-key') ?? undefined;
      const answer = await found.route(this, { ...found, body, idempotencyKey });
      if (answer instanceof Response) return answer;
      return answer === undefined ? new Response(null, { status: 204 }) : Response.json(answer);
    } catch (error) {
      const problem = problemOf(await this.explained(error));
      this.lastFault = problem.detail;
      return Response.json(problem, { status: problem.status });
    }
  }

  exports(): Promise<Opened> {
    return (this.opened ??= this.openExports());
  }

  /** What is missing in the bucket; undefined when nothing is. */
  async bucketFault(): Promise<AppError | undefined> {
    const { caller } = await this.exports();
    return bucketNeeds(this.warehouse, this.options.bucket ?? '', caller.email);
  }

  private async openExports(): Promise<Opened> {
    const { settings, bucket, token } = this.options;
    if (!bucket)
      throw new CommandFailure(
        exitCodes.usage,
        'Direct mode needs a bucket of yours, for the files and the records of exports.',
        'Name one: --bucket NAME, OUTHAUL_BUCKET, or outhaul config bucket NAME',
      );
    const facts = await askTokenInfo(settings.tokenInfoEndpoint, await token());
    if (!facts?.email)
      throw new AppError(
        'unauthenticated',
        facts
          ? 'Your Google credentials do not tell an e-mail address.'
          : 'Google does not accept your credentials; they may have ended.',
        { fix: 'Make new ones: gcloud auth application-default login' },
      );
    const { project, endpoints } = this;
    const { pricePerTib, currency, maskKey } = settings;
    const mark = { owner: facts.email, key: recordKeyOf(settings) };
    const { exporter, warehouse } = makeDirectExporter(
      this.auth,
      {
        project,
        bucket,
        endpoints,
        pricePerTib,
        currency,
        maskKey,
        mark,
      },
      new AuditFile(settings.auditFile),
      (error) => (this.lastFault = (error as Error).message),
    );
    // What they may do is for Google to say: nothing here can do more than they.
    const permissions = new Set(rolePermissions.exporter);
    const expiresAt = new Date(facts.expiresAtMs).toISOString();
    return { exporter, caller: { email: facts.email, permissions, warehouse, expiresAt } };
  }

  /** A refusal with what mends it, where that can be found out. */
  private async explained(error: unknown): Promise<unknown> {
    const { bucket, settings } = this.options;
    if (error instanceof NeedsService)
      return new NeedsService(
        error.message,
        error.fix.replace('AUDIT_FILE', settings.auditFile).replace('BUCKET', bucket ?? 'BUCKET'),
      );
    if (isAppError(error, 'bucket-not-found')) return noBucket(error, bucket);
    if (isAppError(error, 'record-unreadable'))
      return new AppError(error.code, error.message, {
        ...error.details,
        fix: `Begun on another machine? Take its ${settings.recordKeyFile} with you, or set OUTHAUL_RECORD_KEY on both.`,
      });
    if (isAppError(error, 'permission-denied') && isOfBucket(error) && bucket) {
      // Google says the same of a bucket that is not there.
      const fault = await this.bucketFault().catch((other: unknown) => other);
      if (isAppError(fault, 'bucket-not-found')) return noBucket(fault, bucket);
      if (isAppError(fault, 'permission-denied')) return fault;
    }
    return error;
  }
}

/** Google names one permission at a time; what is missing in the bucket is told at once. */
const isOfBucket = ({ details: { fix, permission } }: AppError): boolean =>
  !fix || permission?.startsWith('storage.') === true;

const noBucket = ({ code, message, details }: AppError, bucket = 'NAME'): AppError =>
  new AppError(code, message, {
    ...details,
    fix: `Make it where your datasets are: gcloud storage buckets create 'gs://${bucket}' --location=LOCATION`,
  });

interface FoundRoute {
  readonly route: Route<unknown>;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

function findRoute({ method, url }: Request): FoundRoute {
  const { pathname, searchParams } = new URL(url);
  for (const [name, route] of Object.entries(directRoutes)) {
    const [verb, template = ''] = name.split(' ');
    if (verb !== method) continue;
    const pattern = template.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
    const match = new RegExp(`^${pattern}$`).exec(pathname);
    if (!match) continue;
    if (route instanceof NeedsService) throw route;
    const path = Object.fromEntries(
      Object.entries(match.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]),
    );
    return { route, path, query: Object.fromEntries(searchParams) };
  }
  throw new AppError('internal', `Nothing answers ${method} ${pathname}.`);
}

/** The project that Google's own tools have written into the credentials. */
function projectOfCredentials(google: CliConfig['google']): string | undefined {
  for (const file of google?.credentialFiles ?? []) {
    try {
      const { project_id: own, quota_project_id: quota } = JSON.parse(
        readFileSync(file, 'utf8'),
      ) as { project_id?: string; quota_project_id?: string };
      return own ?? quota;
    } catch {
      // Not there, or not to be read: whoever needs the token will say so.
    }
  }
  return undefined;
}
