import { open } from 'node:fs/promises';
import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import { combineCrc32c } from './checksums.js';
import { mergeAttributes, parseAttributes } from './object-attributes.js';
import { requireObjectName } from './object-names.js';
import { type ObjectRecord } from './object-record.js';
import { objectResource } from './object-resource.js';
import { checkPreconditions, parseGeneration, parsePreconditions } from './preconditions.js';
import { objectAnswer, parameter, type StorageContext } from './storage-context.js';
import { invalid, noSuchObject, preconditionFailed, required } from './storage-errors.js';
import { requireWrite, storageClassOf, writeCheck } from './write-rules.js';

const maxComponents = 32;
const maxObjectBytes = 5 * 1024 ** 4;

/** Objects made of objects: compose, copy, rewrite. */
export function copyRoutes(context: StorageContext): Route[] {
  const service = 'storage' as const;
  const source = '/storage/v1/b/:sourceBucket/o/:sourceObject';
  return [
    {
      service,
      method: 'POST',
      path: '/storage/v1/b/:bucket/o/:object/compose',
      operation: 'storage.objects.compose',
      handler: (request) => compose(context, request),
    },
    {
      service,
      method: 'POST',
      path: `${source}/copyTo/b/:bucket/o/:object`,
      operation: 'storage.objects.copy',
      handler: async (request) => objectAnswer(await copy(context, request), request),
    },
    {
      service,
      method: 'POST',
      path: `${source}/rewriteTo/b/:bucket/o/:object`,
      operation: 'storage.objects.rewrite',
      limits: 'Always done in one call.',
      handler: async (request) => {
        const object = await copy(context, request);
        const bytes = String(object.sizeBytes);
        return {
          json: {
            kind: 'storage#rewriteResponse',
            totalBytesRewritten: bytes,
            objectSize: bytes,
            done: true,
            resource: objectResource(object, request.url.origin),
          },
        };
      },
    },
  ];
}

async function compose(context: StorageContext, request: CloudRequest): Promise<CloudResponse> {
  const { store } = context;
  const bucket = parameter(request, 'bucket');
  const name = parameter(request, 'object');
  requireObjectName(name);
  requireWrite(context, request, bucket, name);
  const body = await request.json();
  const check = writeCheck(context, bucket, name, parsePreconditions(request.query));
  const sources = readComponents(body['sourceObjects']).map((component) => {
    request.caller.require('storage.objects.get', `buckets/${bucket}/objects/${component.name}`);
    store.bucketState(bucket);
    const object = store.object(bucket, component.name, component.generation);
    if (!object) throw noSuchObject(bucket, component.name);
    if ((component.generationMatch ?? object.generation) !== object.generation)
      throw preconditionFailed();
    return object;
  });
  check(store.object(bucket, name));
  const sizeBytes = sources.reduce((sum, source) => sum + source.sizeBytes, 0);
  if (sizeBytes > maxObjectBytes) throw invalid('The composed object would be larger than 5 TiB.');
  const destination = asRecord(body['destination'] ?? {}, 'destination');
  const storageClass = storageClassOf(destination);
  const file = await store.files.allocate();
  try {
    await concatenate(
      sources.map((source) => store.pathOf(source)),
      store.files.pathOf(file),
    );
  } catch (error) {
    await store.files.remove(file);
    const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw isGone ? noSuchObject(bucket, sources.map((source) => source.name).join(', ')) : error;
  }
  const object = await store.put(
    {
      bucket,
      name,
      file,
      sizeBytes,
      // The checksum of the whole follows from those of the parts; there is no MD5 of a composite object.
      crc32c: sources.reduce(
        (sum, { crc32c, sizeBytes: size }) => combineCrc32c(sum, crc32c, size),
        0,
      ),
      componentCount: sources.reduce((sum, source) => sum + (source.componentCount ?? 1), 0),
      attributes: parseAttributes(destination),
      ...(storageClass ? { storageClass } : {}),
    },
    check,
  );
  return objectAnswer(object, request);
}

interface Component {
  readonly name: string;
  readonly generation: number | undefined;
  readonly generationMatch: number | undefined;
}

function readComponents(value: unknown): Component[] {
  if (!Array.isArray(value) || value.length === 0) throw required('sourceObjects');
  if (value.length > maxComponents)
    throw invalid(
      `The number of source components provided (${value.length}) exceeds the maximum (${maxComponents})`,
    );
  return value.map((item: unknown) => {
    const { name, generation, objectPreconditions } = asRecord(item, 'sourceObjects');
    if (typeof name !== 'string' || name === '') throw required('sourceObjects.name');
    const conditions = asRecord(objectPreconditions ?? {}, 'objectPreconditions');
    return {
      name,
      generation: readGeneration(generation),
      generationMatch: readGeneration(conditions['ifGenerationMatch']),
    };
  });
}

const readGeneration = (value: unknown): number | undefined =>
  value === undefined || value === null ? undefined : parseGeneration(String(value));

function asRecord(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(`Invalid value for: ${what}`);
  return value as Record<string, unknown>;
}

/** Bytes copied at a time. */
const blockBytes = 4 << 20;

async function concatenate(paths: readonly string[], target: string): Promise<void> {
  const out = await open(target, 'wx');
  try {
    const buffer = Buffer.allocUnsafe(blockBytes);
    for (const path of paths) {
      const source = await open(path, 'r');
      try {
        for (;;) {
          const { bytesRead } = await source.read(buffer, 0, buffer.length, null);
          if (bytesRead === 0) break;
          await out.appendFile(buffer.subarray(0, bytesRead));
        }
      } finally {
        await source.close();
      }
    }
    await out.datasync();
  } finally {
    await out.close();
  }
}

async function copy(context: StorageContext, request: CloudRequest): Promise<ObjectRecord> {
  const { store } = context;
  const sourceBucket = parameter(request, 'sourceBucket');
  const sourceName = parameter(request, 'sourceObject');
  const bucket = parameter(request, 'bucket');
  const name = parameter(request, 'object');
  requireObjectName(name);
  const body = await request.json();
  request.caller.require('storage.objects.get', `buckets/${sourceBucket}/objects/${sourceName}`);
  requireWrite(context, request, bucket, name);
  store.bucketState(sourceBucket);
  store.bucketState(bucket);
  const generation = parseGeneration(request.query.get('sourceGeneration'), 'sourceGeneration');
  const source = store.object(sourceBucket, sourceName, generation);
  if (!source) throw noSuchObject(sourceBucket, sourceName);
  checkPreconditions(parsePreconditions(request.query, 'Source'), source, 'write');
  const check = writeCheck(context, bucket, name, parsePreconditions(request.query));
  check(store.object(bucket, name));
  const storageClass = storageClassOf(body);
  const { sizeBytes, crc32c, md5, componentCount } = source;
  return store.put(
    {
      bucket,
      name,
      file: await store.files.duplicate(source.file),
      sizeBytes,
      crc32c,
      ...(md5 === undefined ? {} : { md5 }),
      ...(componentCount === undefined ? {} : { componentCount }),
      attributes: copiedAttributes(source, body),
      ...(storageClass ? { storageClass } : {}),
    },
    check,
  );
}

/** Without a resource in the body the source's metadata go along; with one it replaces them. */
function copiedAttributes(
  source: ObjectRecord,
  body: Readonly<Record<string, unknown>>,
): ObjectRecord['attributes'] {
  const attributes = mergeAttributes(source.attributes, {
    temporaryHold: null,
    eventBasedHold: null,
  });
  if (Object.keys(body).length === 0) return attributes;
  const { contentType } = attributes;
  return mergeAttributes(contentType === undefined ? {} : { contentType }, body);
}
