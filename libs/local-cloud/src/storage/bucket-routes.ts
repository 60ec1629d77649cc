import { CloudError, notImplemented } from '../http/cloud-error.js';
import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import { requireLifecycle } from './lifecycle.js';
import { requireBucketName } from './object-names.js';
import { type BucketRecord, type BucketSettings } from './object-record.js';
import { bucketResource } from './object-resource.js';
import { parseMaxResults } from './object-routes.js';
import { checkPreconditions, parsePreconditions } from './preconditions.js';
import { parseRetentionPolicy } from './retention.js';
import { parameter, type StorageContext } from './storage-context.js';
import { invalid, required } from './storage-errors.js';

/** Buckets: insert, get, list, patch, update, delete, storage layout. */
export function bucketRoutes(context: StorageContext): Route[] {
  const service = 'storage' as const;
  const path = '/storage/v1/b/:bucket';
  return [
    {
      service,
      method: 'POST',
      path: '/storage/v1/b',
      operation: 'storage.buckets.insert',
      handler: (request) => insert(context, request),
    },
    {
      service,
      method: 'GET',
      path: '/storage/v1/b',
      operation: 'storage.buckets.list',
      handler: (request) => list(context, request),
    },
    {
      service,
      method: 'GET',
      path,
      operation: 'storage.buckets.get',
      handler: (request) => get(context, request),
    },
    {
      service,
      method: 'PATCH',
      path,
      operation: 'storage.buckets.patch',
      handler: (request) => change(context, request, 'patch'),
    },
    {
      service,
      method: 'PUT',
      path,
      operation: 'storage.buckets.update',
      handler: (request) => change(context, request, 'update'),
    },
    {
      service,
      method: 'DELETE',
      path,
      operation: 'storage.buckets.delete',
      handler: (request) => remove(context, request),
    },
    {
      service,
      method: 'GET',
      path: `${path}/storageLayout`,
      operation: 'storage.buckets.getStorageLayout',
      handler: (request) => layout(context, request),
    },
    {
      service,
      method: 'GET',
      path: `${path}/managedFolders`,
      operation: 'storage.managedFolders.list',
      limits: 'Always empty: managed folders cannot be made.',
      handler: (request) => {
        const { name } = context.store.bucketState(parameter(request, 'bucket')).record;
        request.caller.require('storage.managedFolders.list', `buckets/${name}`);
        return { json: { kind: 'storage#managedFolders' } };
      },
    },
  ];
}

async function insert(context: StorageContext, request: CloudRequest): Promise<CloudResponse> {
  const { store, clock } = context;
  const projectId = request.query.get('project') ?? context.projectId;
  request.caller.require('storage.buckets.create', `projects/${projectId}`);
  const resource = await request.json();
  const name = resource['name'];
  if (typeof name !== 'string') throw required('name');
  requireBucketName(name);
  if (store.bucket(name))
    throw new CloudError(
      409,
      'conflict',
      'Your previous request to create the named bucket succeeded and you already own it.',
    );
  const nowMs = clock.nowMs();
  const bucket: BucketRecord = {
    name,
    projectId,
    location: textOf(resource['location'], 'location', 'US').toUpperCase(),
    storageClass: textOf(resource['storageClass'], 'storageClass', 'STANDARD'),
    metageneration: 1,
    createdMs: nowMs,
    updatedMs: nowMs,
    settings: mergeSettings({}, resource, nowMs),
  };
  await store.putBucket(bucket);
  return { json: bucketResource(bucket, request.url.origin) };
}

function list({ store, projectId }: StorageContext, request: CloudRequest): CloudResponse {
  const { query } = request;
  const project = query.get('project') ?? projectId;
  request.caller.require('storage.buckets.list', `projects/${project}`);
  const prefix = query.get('prefix') ?? '';
  const after = Buffer.from(query.get('pageToken') ?? '', 'base64url').toString();
  const found = store
    .buckets()
    .filter(({ name, projectId: owner }) => owner === project && name.startsWith(prefix))
    .filter(({ name }) => name > after);
  const page = found.slice(0, parseMaxResults(query.get('maxResults')));
  const last = page.at(-1);
  return {
    json: {
      kind: 'storage#buckets',
      ...(last && page.length < found.length
        ? { nextPageToken: Buffer.from(last.name).toString('base64url') }
        : {}),
      items: page.map((bucket) => bucketResource(bucket, request.url.origin)),
    },
  };
}

function get({ store }: StorageContext, request: CloudRequest): CloudResponse {
  const { record } = store.bucketState(parameter(request, 'bucket'));
  request.caller.require('storage.buckets.get', `buckets/${record.name}`);
  checkPreconditions(parsePreconditions(request.query), asGeneration(record), 'read');
  return { json: bucketResource(record, request.url.origin) };
}

async function change(
  { store, clock }: StorageContext,
  request: CloudRequest,
  kind: 'patch' | 'update',
): Promise<CloudResponse> {
  const resource = await request.json();
  const { record } = store.bucketState(parameter(request, 'bucket'));
  request.caller.require('storage.buckets.update', `buckets/${record.name}`);
  checkPreconditions(parsePreconditions(request.query), asGeneration(record), 'write');
  const changed: BucketRecord = {
    ...record,
    storageClass: textOf(resource['storageClass'], 'storageClass', record.storageClass),
    settings: mergeSettings(kind === 'patch' ? record.settings : {}, resource, clock.nowMs()),
    metageneration: record.metageneration + 1,
    updatedMs: clock.nowMs(),
  };
  await store.putBucket(changed);
  return { json: bucketResource(changed, request.url.origin) };
}

async function remove(
  { store, policies }: StorageContext,
  request: CloudRequest,
): Promise<CloudResponse> {
  const { record } = store.bucketState(parameter(request, 'bucket'));
  request.caller.require('storage.buckets.delete', `buckets/${record.name}`);
  checkPreconditions(parsePreconditions(request.query), asGeneration(record), 'write');
  await store.deleteBucket(record.name);
  await policies.setBindings(`buckets/${record.name}`, []);
  return { status: 204 };
}

function layout({ store }: StorageContext, request: CloudRequest): CloudResponse {
  const { name, location } = store.bucketState(parameter(request, 'bucket')).record;
  request.caller.require('storage.objects.list', `buckets/${name}/objects/`);
  return {
    json: {
      kind: 'storage#storageLayout',
      bucket: name,
      location,
      locationType: ['US', 'EU', 'ASIA'].includes(location) ? 'multi-region' : 'region',
      hierarchicalNamespace: { enabled: false },
    },
  };
}

/** Settings that are kept and shown; of these versioning, lifecycle and the last two have effects. */
const keptSettings = [
  'versioning',
  'lifecycle',
  'labels',
  'cors',
  'iamConfiguration',
  'softDeletePolicy',
  'retentionPolicy',
  'defaultEventBasedHold',
] as const;
/** Settings whose effects the local cloud does not have: refused rather than ignored. */
const refusedSettings = [
  'encryption',
  'website',
  'billing',
  'autoclass',
  'logging',
  'hierarchicalNamespace',
] as const;

function mergeSettings(
  before: BucketSettings,
  patch: Readonly<Record<string, unknown>>,
  nowMs: number,
): BucketSettings {
  for (const setting of refusedSettings)
    if (isMeaningful(patch[setting])) throw notImplemented(`the bucket setting ${setting}`);
  const merged = new Map<string, unknown>(Object.entries(before));
  for (const setting of keptSettings) {
    const value = patch[setting];
    if (value === null) merged.delete(setting);
    else if (value === undefined) continue;
    else if (setting === 'labels') merged.set(setting, mergeLabels(before.labels ?? {}, value));
    else if (setting === 'defaultEventBasedHold') merged.set(setting, value === true);
    else if (setting === 'retentionPolicy')
      merged.set(setting, parseRetentionPolicy(requireObject(value, setting), nowMs));
    else {
      const object = requireObject(value, setting);
      if (setting === 'lifecycle') requireLifecycle(object);
      merged.set(setting, object);
    }
  }
  return Object.fromEntries(merged);
}

function mergeLabels(before: Readonly<Record<string, string>>, patch: unknown): object {
  const merged = { ...before, ...requireObject(patch, 'labels') };
  return Object.fromEntries(Object.entries(merged).filter(([, label]) => label !== null));
}

const isMeaningful = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).some((item) => item !== null && item !== false);

function requireObject(value: unknown, setting: string): object {
  if (typeof value !== 'object' || value === null) throw invalid(`Invalid value for: ${setting}`);
  return value;
}

function textOf(value: unknown, what: string, otherwise: string): string {
  if (value === undefined || value === null || value === '') return otherwise;
  if (typeof value !== 'string' || !/^[\w-]{1,40}$/.test(value))
    throw invalid(`Invalid value for: ${what}`);
  return value;
}

const asGeneration = ({ metageneration }: BucketRecord) => ({ generation: 0, metageneration });
