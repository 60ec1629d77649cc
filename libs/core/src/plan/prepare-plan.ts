import { AppError } from '../errors.js';
import { type Caller } from '../caller.js';
import { type ExportId } from '../ids.js';
import { type FileStore } from '../ports/file-store.js';
import { type Surroundings } from '../ports/surroundings.js';
import { type ExportRequest } from '../request/export-request.js';
import { bindSecrets } from '../transform/mask-key.js';
import { checkQuery } from '../transform/check-sql.js';
import { compileRequest, type CompiledRequest, type SourceFacts } from './compile-request.js';
import { type Plan } from './plan.js';
import { planExport } from './plan-export.js';
import { preflight } from './preflight.js';

export interface PlanningSettings {
  /** Where tables and jobs are when the request does not say. */
  readonly defaultProject: string;
  /** The files buckets of this service; the first is the default. */
  readonly filesBuckets: readonly string[];
  readonly pricePerTib: number;
  readonly currency: string;
  /** Days that files are kept when the request does not say; undefined: until somebody removes them. */
  readonly retentionDays?: number;
}

interface PlanningDeps {
  readonly files: FileStore;
  readonly surroundings: Surroundings;
  readonly maskKey?: string;
}

/** Gathers what the plan rests on, as the caller, and plans; nothing is created. */
export async function preparePlan(
  id: ExportId,
  request: ExportRequest,
  caller: Caller,
  deps: PlanningDeps,
  settings: PlanningSettings,
): Promise<Plan> {
  const { warehouse } = caller;
  const bucket = chooseBucket(request, settings);
  const billingProject = request.billingProject ?? settings.defaultProject;
  const [{ location: bucketLocation }, facts, rowPolicies] = await Promise.all([
    deps.files.getBucket(bucket),
    lookUpSource(request, caller, billingProject, settings),
    request.source.type === 'table'
      ? warehouse.countRowPolicies(refOf(request.source, settings))
      : undefined,
  ]);
  const compiled = compileRequest(
    request,
    { ...facts, rowPolicies },
    {
      nowMs: deps.surroundings.nowMs(),
      maskKey: deps.maskKey,
    },
  );
  await preflight(
    {
      caller: caller.email,
      engine: compiled.engine,
      table: facts.table?.ref,
      billingProject,
      bucket,
    },
    warehouse,
  );
  const dryRun = await dryRunOf(
    compiled,
    caller,
    billingProject,
    facts.table?.location,
    deps.maskKey,
  );
  return planExport(
    id,
    request,
    compiled,
    {
      table: facts.table,
      queryBytes: dryRun?.bytes,
      location: facts.table?.location ?? dryRun?.location ?? bucketLocation,
      bucketLocation,
      rowPolicies,
    },
    {
      bucket,
      billingProject,
      pricePerTib: settings.pricePerTib,
      currency: settings.currency,
      retentionDays: settings.retentionDays,
    },
  );
}

async function lookUpSource(
  request: ExportRequest,
  { warehouse }: Caller,
  billingProject: string,
  settings: PlanningSettings,
): Promise<SourceFacts> {
  const { source } = request;
  if (source.type === 'query') {
    const dryRun = await warehouse.dryRun({
      project: billingProject,
      sql: checkQuery(source.sql, 'source.sql'),
      parameters: [],
    });
    if (dryRun.statementType !== 'SELECT') {
      throw new AppError(
        'sql-invalid',
        `An export takes a query; this is a ${dryRun.statementType} statement.`,
        { field: 'source.sql' },
      );
    }
    return { fields: dryRun.fields };
  }
  const ref = refOf(source, settings);
  const table = await warehouse.getTable(ref);
  const needsPartitions =
    (source.partition !== undefined || request.partitionPrefix) && table.partitioning !== undefined;
  return {
    table,
    partitions: needsPartitions ? await warehouse.listPartitions(ref, billingProject) : undefined,
  };
}

async function dryRunOf(
  compiled: CompiledRequest,
  { warehouse }: Caller,
  project: string,
  location: string | undefined,
  maskKey: string | undefined,
) {
  if (compiled.engine === 'extract' || compiled.sql === undefined) return undefined;
  return warehouse.dryRun({
    project,
    location,
    sql: compiled.sql,
    parameters: bindSecrets(compiled.parameters ?? [], maskKey),
  });
}

const refOf = (
  source: Extract<ExportRequest['source'], { type: 'table' }>,
  settings: PlanningSettings,
) => ({
  project: source.project ?? settings.defaultProject,
  dataset: source.dataset,
  table: source.table,
});

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
