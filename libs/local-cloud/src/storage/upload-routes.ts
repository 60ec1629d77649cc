import { parseJsonObject } from '../http/read-body.js';
import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import { readRelatedUpload } from './multipart-related.js';
import { parseAttributes } from './object-attributes.js';
import { requireObjectName } from './object-names.js';
import { type ObjectAttributes } from './object-record.js';
import { parsePreconditions } from './preconditions.js';
import { readExpectedChecksums, receiveBytes, requireChecksums } from './receive-bytes.js';
import { continueResumable, cancelResumable, startResumable } from './resumable-routes.js';
import { objectAnswer, parameter, type StorageContext } from './storage-context.js';
import { invalid, required } from './storage-errors.js';
import { requireWrite, storageClassOf, writeCheck } from './write-rules.js';

/** `objects.insert` in its three forms: media, multipart, resumable. */
export function uploadRoutes(context: StorageContext): Route[] {
  const routes: Route[] = [];
  for (const prefix of ['/upload/storage/v1', '/resumable/upload/storage/v1']) {
    const path = `${prefix}/b/:bucket/o`;
    const base = { service: 'storage', path } as const;
    routes.push(
      {
        ...base,
        method: 'POST',
        operation: 'storage.objects.insert',
        handler: (request) => insertObject(context, request),
      },
      {
        ...base,
        method: 'PUT',
        operation: 'storage.objects.insert',
        handler: (request) => continueResumable(context, request),
      },
      {
        ...base,
        method: 'DELETE',
        operation: 'storage.objects.insert (cancel)',
        handler: (request) => cancelResumable(context, request),
      },
    );
  }
  return routes;
}

async function insertObject(
  context: StorageContext,
  request: CloudRequest,
): Promise<CloudResponse> {
  if (request.query.has('upload_id')) return continueResumable(context, request);
  const bucket = parameter(request, 'bucket');
  context.store.bucketState(bucket);
  const kind = request.query.get('uploadType') ?? uploadKindOf(request);
  switch (kind) {
    case 'media':
      return insertMedia(context, request, bucket);
    case 'multipart':
      return insertMultipart(context, request, bucket);
    case 'resumable':
      return startResumable(context, request, bucket);
    default:
      throw invalid(`Unknown uploadType: ${kind}`, 'invalidParameter');
  }
}

const uploadKindOf = ({ headers }: CloudRequest): string =>
  /^multipart\/related/i.test(headers['content-type'] ?? '') ? 'multipart' : 'media';

async function insertMedia(
  context: StorageContext,
  request: CloudRequest,
  bucket: string,
): Promise<CloudResponse> {
  const name = request.query.get('name');
  if (!name) throw required('name');
  const contentEncoding = request.query.get('contentEncoding');
  return storeUpload(context, request, {
    bucket,
    name,
    resource: {
      contentType: request.headers['content-type'] ?? 'application/octet-stream',
      ...(contentEncoding === null ? {} : { contentEncoding }),
    },
    media: request.raw,
  });
}

async function insertMultipart(
  context: StorageContext,
  request: CloudRequest,
  bucket: string,
): Promise<CloudResponse> {
  const upload = await readRelatedUpload(request.raw, request.headers['content-type'] ?? '');
  const resource = parseJsonObject(upload.metadata);
  const name = resource['name'] ?? request.query.get('name');
  if (typeof name !== 'string' || name === '') throw required('name');
  return storeUpload(context, request, {
    bucket,
    name,
    resource: { contentType: upload.contentType, ...resource },
    media: upload.media,
  });
}

interface IncomingUpload {
  readonly bucket: string;
  readonly name: string;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly media: AsyncIterable<Buffer>;
}

async function storeUpload(
  context: StorageContext,
  request: CloudRequest,
  upload: IncomingUpload,
): Promise<CloudResponse> {
  const { bucket, name, resource, media } = upload;
  const { store } = context;
  requireObjectName(name);
  const check = writeCheck(context, bucket, name, parsePreconditions(request.query));
  requireWrite(context, request, bucket, name);
  // Checked before the bytes travel as well as when they have arrived.
  check(store.object(bucket, name));
  const attributes: ObjectAttributes = parseAttributes(resource);
  const file = await store.files.allocate();
  try {
    const received = await receiveBytes(media, store.files.pathOf(file));
    requireChecksums(received, readExpectedChecksums(resource, request.headers));
    const storageClass = storageClassOf(resource);
    const object = await store.put(
      { bucket, name, file, ...received, attributes, ...(storageClass ? { storageClass } : {}) },
      check,
    );
    return objectAnswer(object, request);
  } catch (error) {
    await store.files.remove(file);
    throw error;
  }
}
