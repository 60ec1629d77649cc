import { type AuditSink } from './audit.js';
import { AppError, isAppError } from './errors.js';
import {
  type Caller,
  type Exporter,
  type FileDownload,
  type ListFilter,
  type Permission,
} from './exporter.js';
import { isExportId, makeExportId } from './ids.js';
import { type Manifest } from './manifest.js';
import { preparePlan, type PlanningSettings } from './plan/prepare-plan.js';
import { type StoredFile } from './ports.js';
import { type ExportRecord, isFinished, type RecordSummary, stateOf } from './record.js';
import { parseRequest } from './request/parse-request.js';
import { advance, type RunDeps } from './run/advance.js';
import { sealedNames, writePrefix } from './run/file-places.js';
import { mapLimited } from './run/shards.js';
import { type Page } from './table.js';

export interface ExporterDeps extends RunDeps {
  readonly settings: PlanningSettings & { readonly urlLifetimeMs: number };
  readonly audit: AuditSink;
}

/** Builds the facade over its ports. */
export function makeExporter(deps: ExporterDeps): Exporter {
  const { records, files, surroundings, settings } = deps;

  async function visible(caller: Caller, id: string): Promise<ExportRecord> {
    const record = isExportId(id) ? await readIfThere(id) : undefined;
    if (record && (record.owner === caller.email || caller.permissions.has('exports.readAll')))
      return record;
    throw noSuchExport(id);
  }

  async function manageable(caller: Caller, id: string): Promise<ExportRecord> {
    const record = await visible(caller, id);
    if (record.owner === caller.email || caller.permissions.has('exports.manageAll')) return record;
    throw new AppError(
      'permission-denied',
      `Only ${record.owner} or an admin may change export ${id}.`,
      { permission: 'exports.manageAll' },
    );
  }

  async function audited<T>(
    caller: Caller,
    action: string,
    permission: Permission,
    target: object,
    work: () => Promise<T>,
  ): Promise<T> {
    const event = {
      at: new Date(surroundings.nowMs()).toISOString(),
      who: caller.email,
      action,
      ...target,
    };
    try {
      if (!caller.permissions.has(permission)) {
        throw new AppError('permission-denied', `You may not do this: it needs ${permission}.`, {
          permission,
        });
      }
      const result = await work();
      await deps.audit.write({ ...event, decision: 'allow', ...idOf(result) });
      return result;
    } catch (error) {
      if (error instanceof AppError)
        await deps.audit.write({ ...event, decision: 'deny', reason: error.code });
      throw error;
    }
  }

  const newId = () => makeExportId(surroundings.nowMs(), surroundings.random(10));

  async function start(
    caller: Caller,
    input: unknown,
    idempotencyKey?: string,
  ): Promise<ExportRecord> {
    const request = parseRequest(input);
    const claim = { id: newId(), requestDigest: surroundings.sha256(JSON.stringify(request)) };
    const bound =
      idempotencyKey === undefined
        ? claim
        : await records.claimKey(caller.email, checkKey(idempotencyKey), claim);
    if (bound.requestDigest !== claim.requestDigest) {
      throw new AppError(
        'idempotency-conflict',
        'This Idempotency-Key was used with another request.',
        { fix: 'Use a new key.' },
      );
    }
    if (bound.id !== claim.id) {
      const earlier = await readIfThere(bound.id);
      if (earlier) return earlier;
    }
    const plan = await preparePlan(bound.id, request, caller, deps, settings);
    const record: ExportRecord = {
      version: 1,
      id: bound.id,
      revision: 1,
      owner: caller.email,
      createdAt: new Date(surroundings.nowMs()).toISOString(),
      request,
      plan,
      steps: plan.steps.map((kind) => ({ kind, state: 'pending', attempt: 0 })),
      figures: {},
      attempt: 1,
    };
    try {
      return (await records.create(record)).value;
    } catch (error) {
      if (isAppError(error, 'record-conflict')) return (await records.read(bound.id)).value;
      throw error;
    }
  }

  async function readIfThere(id: string): Promise<ExportRecord | undefined> {
    try {
      return (await records.read(id)).value;
    } catch (error) {
      if (isAppError(error, 'export-not-found')) return undefined;
      throw error;
    }
  }

  async function change(
    caller: Caller,
    id: string,
    to: (record: ExportRecord) => ExportRecord,
  ): Promise<ExportRecord> {
    await manageable(caller, id);
    for (let tries = 0; ; tries += 1) {
      const read = await records.read(id);
      const next = to(read.value);
      if (next === read.value) return next;
      try {
        return (await records.replace({ ...next, revision: read.value.revision + 1 }, read.version))
          .value;
      } catch (error) {
        if (!isAppError(error, 'record-conflict') || tries >= 10) throw error;
      }
    }
  }

  async function finishedFiles(
    caller: Caller,
    id: string,
  ): Promise<{ record: ExportRecord; stored: readonly StoredFile[] }> {
    const record = await visible(caller, id);
    if (record.outcome?.state !== 'succeeded') {
      throw new AppError(
        'state-conflict',
        `Export ${id} is ${stateOf(record)}: it has no files to hand out.`,
        { resource: id },
      );
    }
    const prefix = writePrefix(record);
    const manifest = JSON.parse(
      await files.readText(record.plan.files.bucket, `${prefix}manifest.json`),
    ) as Manifest;
    const extras = await mapLimited(sealedNames, 4, (name) =>
      files.stat(record.plan.files.bucket, prefix + name),
    );
    const data = manifest.files.map((file) => ({
      ...file,
      bucket: record.plan.files.bucket,
      name: prefix + file.name,
    }));
    return {
      record,
      stored: [...data, ...extras.filter((file): file is StoredFile => file !== undefined)],
    };
  }

  return {
    plan: (caller, input) =>
      audited(caller, 'export.plan', 'exports.plan', {}, async () =>
        preparePlan(newId(), parseRequest(input), caller, deps, settings),
      ),
    start: (caller, input, options) =>
      audited(caller, 'export.start', 'exports.create', {}, () =>
        start(caller, input, options?.idempotencyKey),
      ),
    advance: (id, caller) => advance(id, deps, caller),
    get: (caller, id) => visible(caller, id),
    async list(caller, filter) {
      return listVisible(caller, filter, records);
    },
    cancel: (caller, id) =>
      audited(caller, 'export.cancel', 'exports.create', { exportId: id }, () =>
        change(caller, id, (record) => {
          if (isFinished(record))
            throw new AppError(
              'state-conflict',
              `Export ${id} has ended already: it ${pastOf(record)}.`,
            );
          return record.cancelRequestedAt
            ? record
            : { ...record, cancelRequestedAt: new Date(surroundings.nowMs()).toISOString() };
        }),
      ),
    retry: (caller, id) =>
      audited(caller, 'export.retry', 'exports.create', { exportId: id }, () =>
        change(caller, id, (record) => {
          if (record.outcome?.state !== 'failed') {
            throw new AppError(
              'state-conflict',
              `Export ${id} is ${stateOf(record)}: only a failed one can be retried.`,
            );
          }
          return retried(record);
        }),
      ),
    remove: (caller, id) =>
      audited(caller, 'export.remove', 'exports.create', { exportId: id }, async () => {
        const record = await manageable(caller, id);
        if (!isFinished(record)) {
          throw new AppError('state-conflict', `Export ${id} is still ${stateOf(record)}.`, {
            fix: 'Cancel it first.',
          });
        }
        const { bucket, prefix } = record.plan.files;
        await mapLimited(await files.list(bucket, prefix), 16, ({ name }) =>
          files.remove(bucket, name),
        );
        await records.remove(id);
      }),
    async manifest(caller, id) {
      const { record } = await finishedFiles(caller, id);
      return JSON.parse(
        await files.readText(record.plan.files.bucket, `${writePrefix(record)}manifest.json`),
      ) as Manifest;
    },
    files: async (caller, id) => (await finishedFiles(caller, id)).stored,
    signDownloads: (caller, id, names) =>
      audited(
        caller,
        'export.download',
        'exports.download',
        { exportId: id, files: names },
        async () => {
          const { record, stored } = await finishedFiles(caller, id);
          const prefix = writePrefix(record);
          const wanted = stored.filter(
            ({ name }) => !names || names.includes(name.slice(prefix.length)),
          );
          const expiresMs = surroundings.nowMs() + settings.urlLifetimeMs;
          return mapLimited(wanted, 16, async (file): Promise<FileDownload> => {
            const name = file.name.slice(prefix.length);
            const url = await files.signUrl(file, {
              expiresMs,
              saveAs: name.split('/').at(-1) ?? name,
            });
            return { file, name, url, expiresAt: new Date(expiresMs).toISOString() };
          });
        },
      ),
  };
}

/** A failed export goes on at the step that failed; what it had found out before that stays. */
function retried(record: ExportRecord): ExportRecord {
  return {
    ...record,
    attempt: record.attempt + 1,
    outcome: undefined,
    steps: record.steps.map((step) =>
      step.state === 'failed' ? { kind: step.kind, state: 'pending', attempt: step.attempt } : step,
    ),
  };
}

async function listVisible(
  caller: Caller,
  filter: ListFilter,
  records: RunDeps['records'],
): Promise<Page<RecordSummary>> {
  const owner = filter.owner === undefined || filter.owner === 'me' ? caller.email : filter.owner;
  if (owner !== caller.email && !caller.permissions.has('exports.readAll')) {
    throw new AppError('permission-denied', 'Only admins may list the exports of others.', {
      permission: 'exports.readAll',
    });
  }
  const search = filter.search?.toLowerCase();
  const wanted = (summary: RecordSummary) =>
    (owner === 'all' || summary.owner === owner) &&
    (filter.state === undefined || summary.state === filter.state) &&
    (search === undefined ||
      [summary.id, summary.source, summary.label, summary.owner].some((text) =>
        text?.toLowerCase().includes(search),
      ));
  const items: RecordSummary[] = [];
  const pageSize = filter.pageSize ?? 100;
  let pageToken = filter.pageToken;
  do {
    const page = await records.list({ pageSize: 1_000, pageToken });
    for (const summary of page.items) {
      if (!wanted(summary)) continue;
      items.push(summary);
      if (items.length === pageSize) return { items, nextPageToken: summary.id };
    }
    pageToken = page.nextPageToken;
  } while (pageToken);
  return { items };
}

function checkKey(key: string): string {
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new AppError(
    'request-invalid',
    'An Idempotency-Key is 1 to 255 printable ASCII characters.',
    { field: 'Idempotency-Key' },
  );
}

const idOf = (result: unknown): { exportId?: string } =>
  typeof result === 'object' && result !== null && 'id' in result && typeof result.id === 'string'
    ? { exportId: result.id }
    : {};

const pastOf = ({ outcome }: ExportRecord): string =>
  outcome?.state === 'cancelled' ? 'was cancelled' : (outcome?.state ?? '');

const noSuchExport = (id: string): AppError =>
  new AppError('export-not-found', 'There is no such export, or you may not see it.', {
    resource: id.slice(0, 40),
  });
