import { CloudError } from '../http/cloud-error.js';
import { type CloudRequest, type CloudResponse } from '../http/route.js';
import { parseAttributes } from './object-attributes.js';
import { requireObjectName } from './object-names.js';
import { checkPreconditions, parsePreconditions } from './preconditions.js';
import { readExpectedChecksums, requireChecksums } from './receive-bytes.js';
import { type UploadSession } from './resumable-uploads.js';
import { objectAnswer, parameter, type StorageContext } from './storage-context.js';
import { invalid, required } from './storage-errors.js';
import { requireWrite, storageClassOf, uploadGone, writeCheck } from './write-rules.js';

/** Cloud Storage persists chunks that are not the last in units of this size. */
const chunkUnit = 256 * 1024;

/** Opens a session; its address is in `Location`. */
export async function startResumable(
  context: StorageContext,
  request: CloudRequest,
  bucket: string,
): Promise<CloudResponse> {
  const resource = await request.json();
  const name = resource['name'] ?? request.query.get('name');
  if (typeof name !== 'string' || name === '') throw required('name');
  requireObjectName(name);
  requireWrite(context, request, bucket, name);
  const preconditions = parsePreconditions(request.query);
  writeCheck(context, bucket, name, preconditions)(context.store.object(bucket, name));
  const announced = request.headers['x-upload-content-length'];
  const contentType = request.headers['x-upload-content-type'] ?? 'application/octet-stream';
  const storageClass = storageClassOf(resource);
  const { id } = await context.uploads.begin({
    bucket,
    name,
    attributes: parseAttributes({ contentType, ...resource }),
    ...(storageClass ? { storageClass } : {}),
    preconditions,
    checksums: readExpectedChecksums(resource, {}),
    ...(typeof announced === 'string' ? { announcedBytes: parseCount(announced) } : {}),
    owner: request.caller.email,
  });
  const location = new URL(`${request.url.origin}${request.rawPath}`);
  location.searchParams.set('uploadType', 'resumable');
  location.searchParams.set('name', name);
  location.searchParams.set('upload_id', id);
  return { status: 200, headers: { location: location.href, 'x-guploader-uploadid': id } };
}

/** A chunk, the rest, or a question how much has arrived. */
export async function continueResumable(
  context: StorageContext,
  request: CloudRequest,
): Promise<CloudResponse> {
  const id = request.query.get('upload_id');
  if (!id) throw required('upload_id');
  const session = await context.uploads.find(id);
  if (!session || session.intent.bucket !== parameter(request, 'bucket')) throw uploadGone();
  return exclusively(session, () => receiveChunk(context, request, session));
}

/** Ends a session without an object: 499, as Cloud Storage answers. */
export async function cancelResumable(
  context: StorageContext,
  request: CloudRequest,
): Promise<CloudResponse> {
  const session = await context.uploads.find(request.query.get('upload_id') ?? '');
  if (!session) throw uploadGone();
  await context.uploads.abandon(session);
  return { status: 499, headers: { 'content-length': '0' } };
}

async function receiveChunk(
  context: StorageContext,
  request: CloudRequest,
  session: UploadSession,
): Promise<CloudResponse> {
  const { uploads, store } = context;
  if (session.finished) {
    request.raw.resume();
    const { bucket, name } = session.intent;
    const object = store.object(bucket, name, session.finished.generation);
    if (!object) throw uploadGone();
    return objectAnswer(object, request);
  }
  const range = parseContentRange(request.headers['content-range']);
  const received = (): number => session.checksums.sizeBytes;
  const total = range.total ?? session.intent.announcedBytes;
  if (range.total !== undefined && (session.intent.announcedBytes ?? range.total) !== range.total)
    throw invalid('The total size differs from the one announced when the upload began.');
  if (range.first === undefined) {
    // A status query. It completes the upload when everything is there, or when the upload is empty.
    if (range.total !== undefined && range.total === received())
      return complete(context, request, session);
    return incomplete(received());
  }
  if (range.first > received())
    throw invalid(
      `Invalid request. The bytes from ${received()} on were expected, but the request begins at ${range.first}.`,
    );
  const length = range.last === undefined ? undefined : range.last - range.first + 1;
  const isFinal = range.isWhole || (total !== undefined && range.last === total - 1);
  const taken =
    length === undefined ? Infinity : isFinal ? length : Math.floor(length / chunkUnit) * chunkUnit;
  if (taken === 0)
    throw invalid(
      `Invalid request. The number of bytes uploaded is required to be equal or greater than ${chunkUnit}, except for the final request. The received request contained ${length} bytes.`,
    );
  const skip = received() - range.first;
  const { keptUploadBytes: limit = Infinity } = context;
  const surplus = await uploads.append(session, request.raw, skip, Math.min(taken - skip, limit));
  if (surplus > 0) request.raw.resume();
  if (isFinal && surplus > 0 && taken - skip <= limit)
    throw invalid('The request holds more bytes than its Content-Range says.');
  const isComplete =
    isFinal &&
    (length === undefined
      ? request.raw.complete && surplus === 0
      : received() === range.first + length);
  if (!isComplete) return incomplete(received());
  if (total !== undefined && received() !== total)
    throw invalid(`The upload has ${received()} bytes instead of the ${total} announced.`);
  return complete(context, request, session);
}

async function complete(
  context: StorageContext,
  request: CloudRequest,
  session: UploadSession,
): Promise<CloudResponse> {
  const { uploads, store } = context;
  const { intent } = session;
  // What comes too soon may come again: its bytes are kept.
  store.requireWriteRate(intent.bucket, intent.name);
  const content = {
    sizeBytes: session.checksums.sizeBytes,
    crc32c: session.checksums.crc32c,
    md5: session.checksums.md5(),
  };
  try {
    requireChecksums(content, {
      ...intent.checksums,
      ...readExpectedChecksums({}, request.headers),
    });
    const { bucket, name, attributes, storageClass } = intent;
    const file = await store.files.allocate();
    await uploads.release(session, store.files.pathOf(file));
    const object = await store.put(
      { bucket, name, file, ...content, attributes, ...(storageClass ? { storageClass } : {}) },
      (live) => checkPreconditions(intent.preconditions, live, 'write'),
    );
    await uploads.finish(session, object.generation);
    return objectAnswer(object, request);
  } catch (error) {
    await uploads.abandon(session);
    throw error;
  }
}

const incomplete = (receivedBytes: number): CloudResponse => ({
  status: 308,
  headers: {
    'content-length': '0',
    ...(receivedBytes > 0 ? { range: `bytes=0-${receivedBytes - 1}` } : {}),
  },
  body: '',
});

interface ContentRange {
  /** Absent in a status query. */
  readonly first?: number;
  readonly last?: number;
  readonly total?: number;
  /** The body is everything that is left, whatever its length. */
  readonly isWhole: boolean;
}

function parseContentRange(header: string | undefined): ContentRange {
  if (header === undefined) return { first: 0, isWhole: true };
  const match = /^bytes (?:(\d+)-(\d+|\*)|\*)\/(\d+|\*)$/.exec(header.trim());
  if (!match) throw invalid(`Failed to parse Content-Range header: ${header.slice(0, 100)}`);
  const [, first, last, total] = match;
  const range = {
    ...(total === '*' || total === undefined ? {} : { total: parseCount(total) }),
    ...(first === undefined ? {} : { first: parseCount(first) }),
    ...(last === undefined || last === '*' ? {} : { last: parseCount(last) }),
  };
  if (range.last !== undefined && range.first !== undefined) {
    if (range.last < range.first || range.last >= (range.total ?? Infinity))
      throw invalid(`Failed to parse Content-Range header: ${header}`);
  }
  return { ...range, isWhole: last === '*' };
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count))
    throw new CloudError(400, 'invalid', `Invalid number of bytes: ${text.slice(0, 40)}`);
  return count;
}

async function exclusively<T>(session: UploadSession, work: () => Promise<T>): Promise<T> {
  const turn = session.busy.then(work);
  session.busy = turn.then(
    () => undefined,
    () => undefined,
  );
  return turn;
}
