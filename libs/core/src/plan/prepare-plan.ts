import { AppError } from '../errors.js';
import { type Caller } from '../caller.js';
import { type ExportId } from '../ids.js';
import { type FileStore } from '../ports/file-store.js';
import { type MaskKeys } from '../ports/warehouse.js';
import { type ExportRequest } from '../request/export-request.js';
import { type TableRef } from '../table.js';
import { maskScopeOf } from '../transform/mask-scope.js';
import { refuseRetention } from './bucket-rules.js';
import { compileRequest } from './compile-request.js';
import { lookUpSource, type LookedUpSource } from './look-up-source.js';
import { type Plan } from './plan.js';
import { type PlanFacts, planExport, type PlanSettings } from './plan-export.js';
import { preflight } from './preflight.js';
import { proveExport } from './prove-export.js';

export interface PlanningSettings {
  /** Where tables and jobs are when the request does not say. */
  readonly defaultProject: string;
  /** The files buckets of this service; the first is the default. */
  readonly filesBuckets: readonly string[];
  readonly pricePerTib: number;
  readonly currency: string;
  /** Days that files are kept when the request does not say; undefined: until someone removes them. */
  readonly retentionDays?: number;
  /** The most days that a request may ask for: what keeps the bucket clean deletes files after them. */
  readonly maxRetentionDays?: number;
}

interface PlanningDeps {
  readonly files: FileStore;
  readonly maskKeys?: MaskKeys;
}

/** What a set asks of the plans of its tables. */
export interface PlanningOptions {
  /** The set's common instant, in epoch milliseconds; it is taken where the table can be read at it. */
  readonly sharedMs?: number;
}

/**
 * Gathers what the plan rests on, as the caller, has BigQuery check the statement that will run, and plans. Nothing is
 * created.
 */
export async function preparePlan(
  id: ExportId,
  request: ExportRequest,
  caller: Caller,
  deps: PlanningDeps,
  settings: PlanningSettings,
  options: PlanningOptions = {},
): Promise<Plan> {
  const { warehouse } = caller;
  refuseLongRetention(request, settings);
  const bucket = chooseBucket(request, settings);
  const billingProject = request.billingProject ?? settings.defaultProject;
  const [bucketFacts, source] = await Promise.all([
    deps.files.getBucket(bucket),
    lookUpSource(request, warehouse, {
      billingProject,
      defaultProject: settings.defaultProject,
      ...options,
    }),
  ]);
  const { table } = source;
  const { location: bucketLocation, softDeleteSeconds } = bucketFacts;
  refuseRetention(bucket, bucketFacts);
  const maskScope =
    deps.maskKeys && ((ref: TableRef | undefined) => maskScopeOf(ref, caller.email));
  const compile = (isStaged: boolean) =>
    compileRequest(request, source, { instant: source.instant, maskScope, isStaged });
  const compiled = compile(false);
  await preflight(
    { caller: caller.email, engine: compiled.engine, table: table?.ref, billingProject, bucket },
    warehouse,
  );
  refuseUnreadableInstant(request, source);
  const planSettings: PlanSettings = {
    bucket,
    billingProject,
    pricePerTib: settings.pricePerTib,
    currency: settings.currency,
    retentionDays: settings.retentionDays,
  };
  const facts: PlanFacts = {
    table,
    rowPolicies: source.rowPolicies,
    bucketLocation,
    softDeleteSeconds,
    location: table?.location ?? source.location ?? bucketLocation,
  };
  if (compiled.engine === 'extract') return planExport(id, request, compiled, facts, planSettings);
  const proven = await proveExport(
    { id, request, compile, facts, settings: planSettings, maskKeys: deps.maskKeys },
    warehouse,
  );
  return planExport(
    id,
    request,
    proven.compiled,
    {
      ...facts,
      queryBytes: proven.bytes,
      tables: proven.tables,
      location: table?.location ?? proven.location ?? facts.location,
    },
    planSettings,
  );
}

/** The request names an instant, and BigQuery does not let this caller read the table at it. */
function refuseUnreadableInstant(
  { source: asked }: ExportRequest,
  { instant, canPin, pinRefusal }: LookedUpSource,
): void {
  if (asked.type !== 'table' || !instant.demanded || canPin) return;
  throw new AppError(
    'as-of-invalid',
    `You cannot read the table as of ${asked.asOf}: ${pinRefusal ?? 'BigQuery refuses it.'}`,
    {
      field: 'source.asOf',
      fix: 'Leave `source.asOf` out to export the rows as they are now. A table that has or had row access policies can be read at an earlier instant by a BigQuery admin only.',
    },
  );
}

/** A promise that the bucket's own rule would break is not made. */
function refuseLongRetention(
  { retentionDays }: ExportRequest,
  { maxRetentionDays }: PlanningSettings,
): void {
  if (retentionDays === undefined || maxRetentionDays === undefined) return;
  if (retentionDays <= maxRetentionDays) return;
  throw new AppError(
    'request-invalid',
    `Files are kept for at most ${maxRetentionDays} days here.`,
    {
      field: 'retentionDays',
      faults: [{ field: 'retentionDays', message: `is more than ${maxRetentionDays}` }],
      fix: `Ask for at most ${maxRetentionDays} days.`,
    },
  );
}

function chooseBucket({ bucket }: ExportRequest, { filesBuckets }: PlanningSettings): string {
  const [first] = filesBuckets;
  if (bucket === undefined && first !== undefined) return first;
  if (bucket !== undefined && filesBuckets.includes(bucket)) return bucket;
  throw new AppError(
    'bucket-not-found',
    `${bucket ?? '(none)'} is not a files bucket of this service.`,
    {
      field: 'bucket',
      resource: bucket,
      fix: `Use one of ${filesBuckets.join(', ')}.`,
    },
  );
}
