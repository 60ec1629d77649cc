import { CloudError } from '../http/cloud-error.js';
import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import { attributesFromHeaders } from './object-attributes.js';
import { requireObjectName } from './object-names.js';
import { type ObjectRecord } from './object-record.js';
import { checkPreconditions, parseHeaderPreconditions, parseGeneration } from './preconditions.js';
import { readExpectedChecksums, receiveBytes, requireChecksums } from './receive-bytes.js';
import { mediaHeaders, sendObject } from './send-object.js';
import { isSigned, SignatureRefusal, verifySignedUrl } from './signed-url.js';
import { parameter, type StorageContext } from './storage-context.js';
import { noSuchObject } from './storage-errors.js';
import { requireWrite, writeCheck } from './write-rules.js';

/** Objects of the XML API: what signed URLs lead to. */
export function xmlRoutes(context: StorageContext): Route[] {
  const base = { service: 'storage', path: '/:bucket/*object' } as const;
  return [
    {
      ...base,
      method: 'GET',
      operation: 'XML GET Object',
      handler: answerXml(context, get),
    },
    {
      ...base,
      method: 'HEAD',
      operation: 'XML HEAD Object',
      handler: answerXml(context, get),
    },
    {
      ...base,
      method: 'PUT',
      operation: 'XML PUT Object',
      limits: 'No XML multipart or resumable uploads, no copy source.',
      handler: answerXml(context, put),
    },
    {
      ...base,
      method: 'DELETE',
      operation: 'XML DELETE Object',
      handler: answerXml(context, remove),
    },
  ];
}

/** First path segments of the JSON APIs: an unknown path below them is no object of a bucket of that name. */
const apiNames = new Set([
  'storage',
  'bigquery',
  'upload',
  'download',
  'resumable',
  'batch',
  'v1',
  'v2',
  'v3',
  'oauth2',
  'discovery',
  '_local',
  'b',
]);

type XmlHandler = (
  context: StorageContext,
  request: CloudRequest,
) => Promise<CloudResponse | undefined>;

const answerXml =
  (context: StorageContext, handler: XmlHandler) =>
  async (request: CloudRequest): Promise<CloudResponse | undefined> => {
    if (apiNames.has(parameter(request, 'bucket')))
      throw new CloudError(404, 'notFound', 'Not Found');
    try {
      authorize(context, request);
      return await handler(context, request);
    } catch (error) {
      if (error instanceof SignatureRefusal)
        return xmlError(error.status, error.code, error.message, error.detail);
      if (!(error instanceof CloudError) || request.response.headersSent) throw error;
      return translate(error);
    }
  };

/** A signature speaks for its signer, whose permissions count now; without one the caller's own do. */
function authorize(context: StorageContext, request: CloudRequest): void {
  const caller = isSigned(request.query)
    ? context.callerOf(
        verifySignedUrl(request, context.clock.nowMs(), (email) => context.publicKeyOf(email)),
      )
    : request.caller;
  const { bucket, name } = target(request);
  const resource = `buckets/${bucket}/objects/${name}`;
  if (request.method === 'PUT') requireWrite(context, { caller }, bucket, name);
  else if (request.method === 'DELETE') caller.require('storage.objects.delete', resource);
  else caller.require('storage.objects.get', resource);
}

async function get({ store }: StorageContext, request: CloudRequest): Promise<undefined> {
  const { bucket, name } = target(request);
  const { query } = request;
  store.bucketState(bucket);
  const find = (): ObjectRecord => {
    const object = store.object(bucket, name, parseGeneration(query.get('generation')));
    if (!object) throw noSuchObject(bucket, name);
    checkPreconditions(parseHeaderPreconditions(request.headers), object, 'read');
    return object;
  };
  const contentDisposition = query.get('response-content-disposition');
  const contentType = query.get('response-content-type');
  return sendObject(store, find, request, {
    ...(contentDisposition === null
      ? {}
      : { contentDisposition: requireHeaderText(contentDisposition) }),
    ...(contentType === null ? {} : { contentType: requireHeaderText(contentType) }),
  });
}

async function put(context: StorageContext, request: CloudRequest): Promise<CloudResponse> {
  const { store } = context;
  const { bucket, name } = target(request);
  requireObjectName(name);
  store.bucketState(bucket);
  for (const header of ['x-goog-copy-source', 'x-goog-resumable'])
    if (request.headers[header] !== undefined)
      throw new CloudError(501, 'notImplemented', `The local cloud does not support ${header}.`);
  const check = writeCheck(context, bucket, name, parseHeaderPreconditions(request.headers));
  check(store.object(bucket, name));
  const attributes = attributesFromHeaders(request.headers);
  const file = await store.files.allocate();
  try {
    const received = await receiveBytes(request.raw, store.files.pathOf(file));
    requireChecksums(received, readExpectedChecksums({}, request.headers));
    const object = await store.put({ bucket, name, file, ...received, attributes }, check);
    const {
      etag = '',
      'x-goog-generation': generation = '',
      'x-goog-hash': hash = '',
    } = mediaHeaders(object);
    return {
      status: 200,
      headers: {
        etag,
        'x-goog-generation': generation,
        'x-goog-hash': hash,
        'x-goog-metageneration': '1',
      },
      body: '',
    };
  } catch (error) {
    await store.files.remove(file);
    throw error;
  }
}

async function remove(context: StorageContext, request: CloudRequest): Promise<CloudResponse> {
  const { store } = context;
  const { bucket, name } = target(request);
  store.bucketState(bucket);
  const generation = parseGeneration(request.query.get('generation'));
  const object = store.object(bucket, name, generation);
  if (!object) throw noSuchObject(bucket, name);
  writeCheck(context, bucket, name, parseHeaderPreconditions(request.headers))(object);
  await store.remove(object, generation === undefined);
  return { status: 204 };
}

const target = (request: CloudRequest) => ({
  bucket: parameter(request, 'bucket'),
  name: parameter(request, 'object'),
});

function requireHeaderText(text: string): string {
  if (/\p{Cc}/u.test(text))
    throw new CloudError(400, 'invalid', 'Control characters are not allowed in response headers.');
  return text;
}

const xmlCodes: Readonly<Record<number, string>> = {
  304: 'NotModified',
  400: 'InvalidArgument',
  401: 'AuthenticationRequired',
  403: 'AccessDenied',
  404: 'NoSuchKey',
  412: 'PreconditionFailed',
  416: 'InvalidRange',
  429: 'SlowDown',
  501: 'NotImplemented',
  503: 'ServiceUnavailable',
};

function translate(error: CloudError): CloudResponse {
  if (error.status === 304) return { status: 304 };
  const isBucket = error.status === 404 && error.message.includes('bucket does not exist');
  const code = isBucket ? 'NoSuchBucket' : (xmlCodes[error.status] ?? 'InternalError');
  const message = code === 'NoSuchKey' ? 'The specified key does not exist.' : error.message;
  const detail = code === 'NoSuchKey' ? error.message : undefined;
  return xmlError(error.status, code, message, detail, error.details.headers);
}

function xmlError(
  status: number,
  code: string,
  message: string,
  detail?: string,
  headers?: Record<string, string>,
): CloudResponse {
  const details = detail === undefined ? '' : `<Details>${escapeXml(detail)}</Details>`;
  return {
    status,
    headers: { 'content-type': 'application/xml; charset=UTF-8', ...headers },
    body: `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>${escapeXml(message)}</Message>${details}</Error>`,
  };
}

/** Characters that XML 1.0 cannot hold at all become U+FFFD. */
const escapeXml = (text: string): string =>
  text
    .replace(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu, '\ufffd')
    .replace(/[<>&'"]/g, (character) => `&#${character.charCodeAt(0)};`);
