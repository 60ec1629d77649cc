import { createHash, verify } from 'node:crypto';
import { type IncomingHttpHeaders } from 'node:http';

/** A refusal in the words of the XML API. */
export class SignatureRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly detail?: string,
  ) {
    super(message);
  }
}

export interface SignedRequest {
  readonly method: string;
  /** Still percent-encoded. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** Longest life of a V4 signature: seven days. */
const maxExpirySeconds = 604_800;

export const isSigned = (query: URLSearchParams): boolean =>
  readParameter(query, 'x-goog-signature') !== null;

/** Signers write the names in either case. */
function readParameter(query: URLSearchParams, name: string): string | null {
  for (const [key, value] of query) if (key.toLowerCase() === name) return value;
  return null;
}

/**
 * Verifies a V4 (`GOOG4-RSA-SHA256`) signed URL: the RSA signature over method, path, query and signed headers, and
 * its time. Returns the signer's e-mail address.
 */
export function verifySignedUrl(
  request: SignedRequest,
  nowMs: number,
  publicKeyOf: (email: string) => string | undefined,
): string {
  const read = (name: string): string | null => readParameter(request.query, name);
  if (read('x-goog-algorithm') !== 'GOOG4-RSA-SHA256')
    throw malformed('X-Goog-Algorithm must be GOOG4-RSA-SHA256.');
  const credential = /^(.+)\/(\d{8})\/([\w-]+)\/storage\/goog4_request$/.exec(
    read('x-goog-credential') ?? '',
  );
  const [, email = '', date = '', region = ''] = credential ?? [];
  if (!credential) throw malformed('X-Goog-Credential is missing or malformed.');
  const signedAt = read('x-goog-date') ?? '';
  requireInTime(signedAt, date, read('x-goog-expires'), nowMs);

  const signedHeaders = (read('x-goog-signedheaders') ?? '').split(';');
  if (!signedHeaders.includes('host')) throw malformed('The host header must be signed.');
  requireAllSigned(request.headers, signedHeaders);
  const publicKey = publicKeyOf(email);
  const signature = Buffer.from(read('x-goog-signature') ?? '', 'hex');
  const scope = `${date}/${region}/storage/goog4_request`;
  const isGenuine =
    publicKey !== undefined &&
    [...canonicalRequests(request, signedHeaders)].some((canonical) =>
      verify(
        'sha256',
        Buffer.from(['GOOG4-RSA-SHA256', signedAt, scope, sha256(canonical)].join('\n')),
        publicKey,
        signature,
      ),
    );
  if (!isGenuine)
    throw new SignatureRefusal(
      403,
      'SignatureDoesNotMatch',
      'Access denied.',
      'The request signature we calculated does not match the signature you provided.',
    );
  return email;
}

function requireInTime(
  signedAt: string,
  date: string,
  expires: string | null,
  nowMs: number,
): void {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(signedAt) ?? [];
  const startMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(startMs) || !signedAt.startsWith(date))
    throw malformed('X-Goog-Date is missing or malformed.');
  const seconds = /^\d{1,9}$/.test(expires ?? '') ? Number(expires) : Number.NaN;
  if (!(seconds >= 1 && seconds <= maxExpirySeconds))
    throw malformed(`X-Goog-Expires must be between 1 and ${maxExpirySeconds}.`);
  // Google allows clocks to differ by 15 minutes.
  if (startMs > nowMs + 15 * 60_000)
    throw new SignatureRefusal(403, 'RequestNotYetValid', 'The request is not yet valid.');
  if (nowMs > startMs + seconds * 1000)
    throw new SignatureRefusal(
      400,
      'ExpiredToken',
      'The provided token has expired.',
      `Request signature expired at: ${new Date(startMs + seconds * 1000).toISOString()}`,
    );
}

/** `x-goog-*` headers change what a request does, so none may come unsigned. */
function requireAllSigned(headers: IncomingHttpHeaders, signed: readonly string[]): void {
  for (const name of Object.keys(headers))
    if (name.startsWith('x-goog-') && !signed.includes(name))
      throw new SignatureRefusal(
        403,
        'AccessDenied',
        'Access denied.',
        `The header ${name} must be signed.`,
      );
}

/** The canonical forms a signer may have used: with and without the port, the path as sent or re-encoded. */
function* canonicalRequests(
  { method, rawPath, query, headers }: SignedRequest,
  signedHeaders: readonly string[],
): Iterable<string> {
  const host = headers.host ?? '';
  const canonicalQuery = [...query]
    .filter(([name]) => name.toLowerCase() !== 'x-goog-signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const payload = String(headers['x-goog-content-sha256'] ?? 'UNSIGNED-PAYLOAD');
  for (const hostForm of new Set([host, host.replace(/:\d+$/, '')]))
    for (const path of new Set([rawPath, reencode(rawPath)])) {
      const canonicalHeaders = signedHeaders
        .map((name) => `${name}:${name === 'host' ? hostForm : headerValue(headers[name])}\n`)
        .join('');
      yield [method, path, canonicalQuery, canonicalHeaders, signedHeaders.join(';'), payload].join(
        '\n',
      );
    }
}

const headerValue = (value: string | string[] | undefined): string =>
  [value ?? ''].flat().join(',').trim().replace(/\s+/g, ' ');

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** RFC 3986: only unreserved characters stay. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

function reencode(rawPath: string): string {
  try {
    return rawPath
      .split('/')
      .map((segment) => encode(decodeURIComponent(segment)))
      .join('/');
  } catch {
    return rawPath;
  }
}

const malformed = (message: string): SignatureRefusal =>
  new SignatureRefusal(400, 'InvalidArgument', 'Invalid argument.', message);
