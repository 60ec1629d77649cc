import { errorResponse } from '../http/error-response.js';
import { readBody } from '../http/read-body.js';
import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import { invalid } from './storage-errors.js';

/** Cloud Storage's limit of calls in one batch. */
const maxCalls = 100;
const maxBatchBytes = 10 * 1024 * 1024;

/** Runs one call of a batch through the route table. */
export type BatchDispatch = (call: {
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  readonly request: CloudRequest;
}) => Promise<CloudResponse>;

/** `POST /batch/storage/v1`: up to 100 metadata calls in one `multipart/mixed` request. */
export function batchRoutes(dispatch: BatchDispatch): Route[] {
  return [
    {
      service: 'storage',
      method: 'POST',
      path: '/batch/storage/v1',
      operation: 'batch',
      limits: 'No uploads or downloads inside a batch, as at Google.',
      handler: (request) => runBatch(request, dispatch),
    },
  ];
}

async function runBatch(request: CloudRequest, dispatch: BatchDispatch): Promise<CloudResponse> {
  const calls = parseBatch(
    (await readBody(request.raw, maxBatchBytes)).toString('utf8'),
    request.headers['content-type'] ?? '',
  );
  const boundary = 'batch_response';
  const parts: string[] = [];
  for (const call of calls) {
    const headers = { ...inheritedHeaders(request), ...call.headers };
    const answer = isMetadataCall(call.target)
      ? await dispatch({ ...call, headers, request })
      : errorResponse(invalid('Only metadata calls can be batched.', 'badRequest'), 'storage');
    parts.push(`--${boundary}\r\n${renderPart(call.contentId, answer)}\r\n`);
  }
  return {
    headers: { 'content-type': `multipart/mixed; boundary=${boundary}` },
    body: `${parts.join('')}--${boundary}--`,
  };
}

interface BatchCall {
  readonly contentId: string;
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

function parseBatch(body: string, contentType: string): BatchCall[] {
  const match = /boundary=(?:"([^"]+)"|'([^']+)'|([^;\s]+))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2] ?? match?.[3];
  if (!boundary) throw invalid('The batch has no boundary.', 'badRequest');
  const [, ...pieces] = `\n${body.replace(/\r\n/g, '\n')}`.split(`\n--${boundary}`);
  if (!pieces.at(-1)?.startsWith('--')) throw invalid('The batch is cut off.', 'badRequest');
  const calls = pieces.slice(0, -1).map(parseCall);
  if (calls.length > maxCalls)
    throw invalid(`A batch may hold at most ${maxCalls} calls.`, 'badRequest');
  return calls;
}

function parseCall(piece: string): BatchCall {
  const [partHead = '', callHead = '', ...rest] = piece.replace(/^\n/, '').split('\n\n');
  const [requestLine = '', ...headerLines] = callHead.split('\n');
  const [, method, target] = /^([A-Z]+) (\S+)(?: HTTP\/1\.\d)?$/.exec(requestLine.trim()) ?? [];
  if (!method || !target) throw invalid('A part of the batch is no HTTP request.', 'badRequest');
  return {
    contentId: parseHeaders(partHead.split('\n'))['content-id'] ?? '',
    method,
    target,
    headers: parseHeaders(headerLines),
    body: Buffer.from(rest.join('\n\n').trimEnd()),
  };
}

function parseHeaders(lines: readonly string[]): Record<string, string> {
  const pairs = lines
    .map((line) => /^([^:\s]+):\s*(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, name = '', value = '']) => [name.toLowerCase(), value.trim()]);
  return Object.fromEntries(pairs);
}

const isMetadataCall = (target: string): boolean =>
  /^(?:https?:\/\/[^/]+)?\/storage\/v1\//.test(target) && !/[?&]alt=media/.test(target);

function inheritedHeaders({ headers }: CloudRequest): Record<string, string> {
  return headers.authorization === undefined ? {} : { authorization: headers.authorization };
}

function renderPart(contentId: string, answer: CloudResponse): string {
  const body = answer.json === undefined ? String(answer.body ?? '') : JSON.stringify(answer.json);
  const status = answer.status ?? (body === '' ? 204 : 200);
  const id = contentId.replace(/^<?/, '<response-').replace(/>?$/, '>');
  return [
    'Content-Type: application/http',
    ...(contentId === '' ? [] : [`Content-ID: ${id}`]),
    '',
    `HTTP/1.1 ${status} ${status < 300 ? 'OK' : 'Error'}`,
    'Content-Type: application/json; charset=UTF-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}
