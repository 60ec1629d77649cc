import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type CloudRequest } from '../http/route.js';
import { CloudError } from '../http/cloud-error.js';
import { encodeCrc32c } from './checksums.js';
import { type DurableObjectStore } from './durable-object-store.js';
import { type ObjectRecord } from './object-record.js';
import { etagOf } from './object-resource.js';

/** Bytes of one read from the disk. */
const chunkBytes = 1 << 20;

/** Overrides of response headers, as signed URLs ask for them. */
export interface MediaOverrides {
  readonly contentType?: string;
  readonly contentDisposition?: string;
}

/**
 * Answers with an object's bytes: whole or a range, also to HEAD. Writes the response itself. `find` looks the object
 * up and throws when it may not be read.
 */
export async function sendObject(
  store: DurableObjectStore,
  find: () => ObjectRecord,
  request: CloudRequest,
  overrides: MediaOverrides = {},
): Promise<undefined> {
  const { object, handle } = await openObject(store, find);
  try {
    if (mustGunzip(object, request)) return await sendGunzipped(object, handle, request, overrides);
    const { response } = request;
    const range = parseRange(request.headers.range, object.sizeBytes);
    const { start, end } = range ?? { start: 0, end: object.sizeBytes - 1 };
    response.writeHead(range ? 206 : 200, {
      ...mediaHeaders(object, overrides),
      'content-length': String(end - start + 1),
      ...(range ? { 'content-range': `bytes ${start}-${end}/${object.sizeBytes}` } : {}),
    });
    if (request.method !== 'HEAD') await pump(handle, start, end, request);
    response.end();
  } finally {
    await handle.close();
  }
  return undefined;
}

/** A generation that is replaced or deleted between the look-up and the opening is looked up again, as it is by then. */
export async function openObject(
  store: Pick<DurableObjectStore, 'pathOf'>,
  find: () => ObjectRecord,
): Promise<{ object: ObjectRecord; handle: FileHandle }> {
  for (let object = find(); ;) {
    try {
      return { object, handle: await open(store.pathOf(object), 'r') };
    } catch (error) {
      const now = find();
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || now.file === object.file)
        throw error;
      object = now;
    }
  }
}

/** Objects stored as gzip are unpacked for clients that do not take gzip, unless the object forbids it. */
const mustGunzip = ({ attributes }: ObjectRecord, { headers }: CloudRequest): boolean =>
  attributes.contentEncoding === 'gzip' &&
  !/\bno-transform\b/.test(attributes.cacheControl ?? '') &&
  !/\bgzip\b/.test(String(headers['accept-encoding'] ?? ''));

/** Always the whole: neither lengths nor ranges are known of what is unpacked on the way. */
async function sendGunzipped(
  object: ObjectRecord,
  handle: FileHandle,
  { method, response }: CloudRequest,
  overrides: MediaOverrides,
): Promise<undefined> {
  const { 'content-encoding': _packed, ...headers } = mediaHeaders(object, overrides);
  response.writeHead(200, { ...headers, warning: '214 UploadServer gunzipped' });
  if (method === 'HEAD') response.end();
  else await pipeline(handle.createReadStream({ autoClose: false }), createGunzip(), response);
  return undefined;
}

/** The headers that describe an object, on media answers of both APIs. */
export function mediaHeaders(
  object: ObjectRecord,
  overrides: MediaOverrides = {},
): Record<string, string> {
  const { attributes } = object;
  const crc = `crc32c=${encodeCrc32c(object.crc32c)}`;
  const disposition = overrides.contentDisposition ?? attributes.contentDisposition;
  const metadata = Object.entries(attributes.metadata ?? {})
    .filter(([key, value]) => /^[\w.!#$%&'*+^`|~-]+$/.test(key) && !/[^\t\x20-\x7e]/.test(value))
    .map(([key, value]) => [`x-goog-meta-${key}`, value]);
  return {
    ...Object.fromEntries(metadata),
    'accept-ranges': 'bytes',
    'content-type': overrides.contentType ?? attributes.contentType ?? 'application/octet-stream',
    'cache-control': attributes.cacheControl ?? 'private, max-age=0',
    etag: `"${etagOf(object)}"`,
    'last-modified': new Date(object.updatedMs).toUTCString(),
    'x-content-type-options': 'nosniff',
    'x-goog-generation': String(object.generation),
    'x-goog-metageneration': String(object.metageneration),
    'x-goog-hash': object.md5 === undefined ? crc : `${crc},md5=${object.md5}`,
    'x-goog-storage-class': object.storageClass,
    'x-goog-stored-content-encoding': attributes.contentEncoding ?? 'identity',
    'x-goog-stored-content-length': String(object.sizeBytes),
    ...(object.componentCount === undefined
      ? {}
      : { 'x-goog-component-count': String(object.componentCount) }),
    ...(attributes.contentEncoding ? { 'content-encoding': attributes.contentEncoding } : {}),
    ...(attributes.contentLanguage ? { 'content-language': attributes.contentLanguage } : {}),
    ...(disposition ? { 'content-disposition': headerText(disposition) } : {}),
  };
}

/** The one range asked for; undefined = the whole (no, several or unreadable ranges); 416 when nothing is in it. */
function parseRange(
  header: string | undefined,
  sizeBytes: number,
): { start: number; end: number } | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (first === undefined || last === undefined || first + last === '') return undefined;
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (first !== '' && last !== '' && Number(last) < start) return undefined;
  if (start >= sizeBytes || (first === '' && Number(last) === 0))
    throw new CloudError(416, 'requestedRangeNotSatisfiable', 'Request range not satisfiable', {
      headers: { 'content-range': `bytes */${sizeBytes}` },
    });
  return { start, end };
}

async function pump(
  handle: FileHandle,
  start: number,
  end: number,
  { response }: CloudRequest,
): Promise<void> {
  for (let position = start; position <= end && !response.destroyed;) {
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, end - position + 1));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) throw new Error('An object’s file is shorter than its record says.');
    position += bytesRead;
    if (!response.write(buffer.subarray(0, bytesRead))) await drained(response);
  }
}

const drained = (response: CloudRequest['response']): Promise<void> =>
  new Promise((resolve) => {
    const settle = (): void => {
      response.off('drain', settle);
      response.off('close', settle);
      resolve();
    };
    response.on('drain', settle);
    response.on('close', settle);
  });

/** Header values are Latin-1 on the wire: UTF-8 text goes out as its bytes. */
const headerText = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
