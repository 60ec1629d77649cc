import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import { fieldsBelow } from '../http/select-fields.js';
import { compileGlob, listObjects } from './list-objects.js';
import { mergeAttributes } from './object-attributes.js';
import { type ObjectRecord } from './object-record.js';
import { objectFields, objectResource } from './object-resource.js';
import { checkPreconditions, parsePreconditions } from './preconditions.js';
import { sendObject } from './send-object.js';
import { findObject, objectAnswer, parameter, type StorageContext } from './storage-context.js';
import { invalid } from './storage-errors.js';
import { storageClassOf, writeCheck } from './write-rules.js';

/** Objects: list, get (metadata and media), patch, update, delete. */
export function objectRoutes(context: StorageContext): Route[] {
  const service = 'storage' as const;
  const path = '/storage/v1/b/:bucket/o/:object';
  return [
    {
      service,
      method: 'GET',
      path: '/storage/v1/b/:bucket/o',
      operation: 'storage.objects.list',
      limits: 'softDeleted=true is refused.',
      handler: (request) => list(context, request),
    },
    {
      service,
      method: 'GET',
      path,
      operation: 'storage.objects.get',
      handler: (request) => get(context, request, request.query.get('alt') === 'media'),
    },
    {
      service,
      method: 'GET',
      path: '/download/storage/v1/b/:bucket/o/:object',
      operation: 'storage.objects.get (media)',
      handler: (request) => get(context, request, request.query.get('alt') !== 'json'),
    },
    {
      service,
      method: 'PATCH',
      path,
      operation: 'storage.objects.patch',
      handler: (request) => change(context, request, 'patch'),
    },
    {
      service,
      method: 'PUT',
      path,
      operation: 'storage.objects.update',
      handler: (request) => change(context, request, 'update'),
    },
    {
      service,
      method: 'DELETE',
      path,
      operation: 'storage.objects.delete',
      handler: (request) => remove(context, request),
    },
  ];
}

function list({ store }: StorageContext, request: CloudRequest): CloudResponse {
  const bucket = parameter(request, 'bucket');
  const { query } = request;
  request.caller.require(
    'storage.objects.list',
    `buckets/${bucket}/objects/${query.get('prefix') ?? ''}`,
  );
  if (query.get('softDeleted') === 'true') throw invalid('The bucket has no soft delete policy.');
  const glob = query.get('matchGlob');
  const page = listObjects(store.bucketState(bucket), {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    includeTrailingDelimiter: query.get('includeTrailingDelimiter') === 'true',
    startOffset: query.get('startOffset') ?? '',
    endOffset: query.get('endOffset') ?? '',
    versions: query.get('versions') === 'true',
    ...(glob ? { matchGlob: compileGlob(glob) } : {}),
    maxResults: parseMaxResults(query.get('maxResults')),
    pageToken: query.get('pageToken') || undefined,
  });
  const { items, prefixes, nextPageToken } = page;
  const shown = fieldsBelow(query.get('fields'), 'items');
  const resource = (object: ObjectRecord, origin: string) =>
    shown ? objectFields(object, origin, shown) : objectResource(object, origin);
  return {
    json: {
      kind: 'storage#objects',
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
      ...(prefixes.length === 0 ? {} : { prefixes }),
      ...(items.length === 0
        ? {}
        : { items: items.map((object) => resource(object, request.url.origin)) }),
    },
  };
}

/** A page size: 1,000 unless a positive number is given. */
export function parseMaxResults(value: string | null): number {
  if (value === null || value === '') return 1000;
  if (!/^\d{1,10}$/.test(value) || Number(value) === 0)
    throw invalid(`Invalid value for maxResults: ${value.slice(0, 40)}`, 'invalidParameter');
  return Number(value);
}

async function get(
  context: StorageContext,
  request: CloudRequest,
  isMedia: boolean,
): Promise<CloudResponse | undefined> {
  const { bucket, name } = target(request);
  request.caller.require('storage.objects.get', `buckets/${bucket}/objects/${name}`);
  const find = (): ObjectRecord => {
    const object = findObject(context, request, bucket, name);
    checkPreconditions(parsePreconditions(request.query), object, 'read');
    return object;
  };
  return isMedia ? sendObject(context.store, find, request) : objectAnswer(find(), request);
}

async function change(
  context: StorageContext,
  request: CloudRequest,
  kind: 'patch' | 'update',
): Promise<CloudResponse> {
  const { bucket, name } = target(request);
  request.caller.require('storage.objects.update', `buckets/${bucket}/objects/${name}`);
  const resource = await request.json();
  // Looked up after the body has come: from here to the commit nothing else runs.
  const object = findObject(context, request, bucket, name);
  writeCheck(context, bucket, name, parsePreconditions(request.query))(object);
  const before = kind === 'patch' ? object.attributes : keptByUpdate(object);
  const storageClass = storageClassOf(resource);
  const changed = await context.store.update(object, {
    attributes: mergeAttributes(before, resource),
    ...(storageClass ? { storageClass } : {}),
  });
  return objectAnswer(changed, request);
}

/** `update` replaces everything that can be absent; the content type cannot. */
const keptByUpdate = ({ attributes: { contentType } }: ObjectRecord) =>
  contentType === undefined ? {} : { contentType };

async function remove(context: StorageContext, request: CloudRequest): Promise<CloudResponse> {
  const { bucket, name } = target(request);
  request.caller.require('storage.objects.delete', `buckets/${bucket}/objects/${name}`);
  const check = writeCheck(context, bucket, name, parsePreconditions(request.query));
  const object = findObject(context, request, bucket, name);
  check(object);
  await context.store.remove(object, !request.query.get('generation'));
  return { status: 204 };
}

const target = (request: CloudRequest) => ({
  bucket: parameter(request, 'bucket'),
  name: parameter(request, 'object'),
});
