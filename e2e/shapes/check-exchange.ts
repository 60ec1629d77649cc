import { type Passing } from '../support/altering-proxy.js';
import { type Operation, operations } from './operations.js';
import { type PublishedTypes } from './published-types.js';

/** Parameters that every call of Google’s takes. */
const common = ['alt', 'fields', 'prettyPrint', 'quotaUser', 'uploadType', 'upload_id'];

/** Google's own client for Cloud Storage sends it as a number, which Google takes. */
const sentByGooglesClient = new Set(['sourceObjects[].generation']);

export interface Checked {
  /** Undefined: no call of BigQuery or Cloud Storage. */
  readonly operation?: Operation;
  readonly faults: readonly string[];
}

/** Holds one exchange against what Google publishes of the call. */
export function checkExchange(passing: Passing, types: PublishedTypes): Checked {
  const url = new URL(passing.path, 'http://localhost');
  if (!/^(\/upload)?\/(bigquery|storage)\//.test(url.pathname)) return { faults: [] };
  const operation = operations.find(
    ({ method, path }) => method === passing.method && path.test(url.pathname),
  );
  const where = `${passing.method} ${url.pathname.replace(/\d[\w-]{5,}/g, '…')}`;
  if (!operation) {
    // The pieces of a resumable upload go to an address that Google has made.
    const isSession = url.searchParams.has('upload_id');
    return { faults: isSession ? [] : [`${where} is no call that is listed here`] };
  }
  const faults = [
    ...parameterFaults(operation, url, types),
    ...requestFaults(operation, passing, types),
    ...responseFaults(operation, passing, url, types),
  ];
  return { operation, faults: faults.map((fault) => `${operation.name}: ${fault}`) };
}

function parameterFaults({ service, parameters }: Operation, url: URL, types: PublishedTypes) {
  const known = new Set([
    ...common,
    ...(parameters === undefined ? [] : types.fieldsOf(service, parameters)),
  ]);
  return [...new Set(url.searchParams.keys())]
    .filter((name) => !known.has(name) && !known.has(name.replace(/\.(\w+)$/, '.$1')))
    .map((name) => `parameter ${name} is not published`);
}

function requestFaults({ service, request }: Operation, passing: Passing, types: PublishedTypes) {
  const body = jsonOf(passing.requestBody);
  if (body === undefined) return [];
  if (request === undefined) return [];
  return types
    .faultsOf(service, request, body)
    .filter(({ path }) => !sentByGooglesClient.has(path))
    .map(({ path, fault }) => `request ${path} ${fault}`);
}

function responseFaults(
  { service, response, required = [] }: Operation,
  passing: Passing,
  url: URL,
  types: PublishedTypes,
) {
  if (passing.method === 'HEAD' || passing.status === 204 || passing.status === 308) return [];
  const isMedia = url.searchParams.get('alt') === 'media' && passing.status < 300;
  if (isMedia) return passing.headers['x-goog-generation'] ? [] : ['tells no x-goog-generation'];
  const body = jsonOf(passing.body.toString('utf8'));
  if (passing.status >= 300) return errorFaults(body, passing.status);
  if (response === undefined) return [];
  // The address of a resumable upload comes without a body.
  if (body === undefined) return passing.headers['location'] ? [] : ['its response is no JSON'];
  const faults = types
    .faultsOf(service, response, body)
    .map(({ path, fault }) => `response ${path} ${fault}`);
  const isPartial = url.searchParams.has('fields') || isUnfinished(body);
  const missing = isPartial ? [] : required.filter((path) => valueAt(body, path) === undefined);
  return [...faults, ...missing.map((path) => `response lacks ${path}`)];
}

/** A query that has not ended tells little more than that. */
const isUnfinished = (body: unknown): boolean => valueAt(body, 'jobComplete') === false;

function errorFaults(body: unknown, status: number): readonly string[] {
  const error = valueAt(body, 'error') as
    { code?: unknown; message?: unknown; errors?: readonly Record<string, unknown>[] } | undefined;
  if (error?.code !== status) return [`error.code is not ${status}`];
  if (typeof error.message !== 'string') return ['error.message is no text'];
  const isWhole = error.errors?.every(
    ({ reason, message, domain }) =>
      typeof reason === 'string' && typeof message === 'string' && typeof domain === 'string',
  );
  return isWhole ? [] : ['error.errors lacks reason, message or domain'];
}

function jsonOf(text: string): unknown {
  if (!text.startsWith('{') && !text.startsWith('[')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const valueAt = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === 'object' && inner !== null
          ? (inner as Record<string, unknown>)[key]
          : undefined,
      value,
    );
