import { type IncomingHttpHeaders } from 'node:http';
import { type ObjectAttributes } from './object-record.js';
import { invalid } from './storage-errors.js';

const textFields = [
  'contentType',
  'contentEncoding',
  'contentDisposition',
  'contentLanguage',
  'cacheControl',
  'customTime',
] as const;
const flagFields = ['temporaryHold', 'eventBasedHold'] as const;

/** Cloud Storage's own limit on an object's custom metadata. */
const maxMetadataBytes = 8 * 1024;

/** What of an object resource sets attributes; 400 for values of the wrong type. Unknown fields are output-only and ignored. */
export function parseAttributes(resource: Readonly<Record<string, unknown>>): ObjectAttributes {
  return mergeAttributes({}, resource);
}

/** A patch: what is absent stays, `null` removes, metadata is merged key by key. */
export function mergeAttributes(
  before: ObjectAttributes,
  patch: Readonly<Record<string, unknown>>,
): ObjectAttributes {
  const merged = new Map<string, unknown>(Object.entries(before));
  for (const field of textFields) setField(merged, patch, field, 'string');
  for (const field of flagFields) setField(merged, patch, field, 'boolean');
  const customTime = merged.get('customTime');
  if (typeof customTime === 'string') merged.set('customTime', parseTime(customTime));
  if ('metadata' in patch) {
    const metadata = mergeMetadata(before.metadata ?? {}, patch['metadata']);
    if (Object.keys(metadata).length > 0) merged.set('metadata', metadata);
    else merged.delete('metadata');
  }
  return Object.fromEntries(merged);
}

/** Attributes from the headers of an XML or media upload. */
export function attributesFromHeaders(headers: IncomingHttpHeaders): ObjectAttributes {
  const resource: Record<string, unknown> = {};
  for (const [header, field] of [
    ['content-type', 'contentType'],
    ['content-encoding', 'contentEncoding'],
    ['content-disposition', 'contentDisposition'],
    ['content-language', 'contentLanguage'],
    ['cache-control', 'cacheControl'],
    ['x-goog-custom-time', 'customTime'],
  ] as const)
    if (headers[header] !== undefined) resource[field] = headers[header];
  const metadata = Object.entries(headers)
    .filter(([header]) => header.startsWith('x-goog-meta-'))
    .map(([header, value]) => [header.slice('x-goog-meta-'.length), String(value)]);
  if (metadata.length > 0) resource['metadata'] = Object.fromEntries(metadata);
  return parseAttributes(resource);
}

function setField(
  target: Map<string, unknown>,
  patch: Readonly<Record<string, unknown>>,
  field: string,
  type: 'string' | 'boolean',
): void {
  const value = patch[field];
  if (value === undefined) return;
  if (value === null || value === '') target.delete(field);
  else if (typeof value !== type) throw invalid(`Invalid value for: ${field}`);
  else if (typeof value === 'string' && /[\r\n\0]/.test(value))
    throw invalid(`Invalid characters in ${field}.`);
  else target.set(field, value);
}

function mergeMetadata(
  before: Readonly<Record<string, string>>,
  patch: unknown,
): Record<string, string> {
  if (patch === null) return {};
  if (typeof patch !== 'object' || Array.isArray(patch))
    throw invalid('Invalid value for: metadata');
  const merged = new Map(Object.entries(before));
  for (const [key, value] of Object.entries(patch as Record<string, unknown>)) {
    if (value === null) merged.delete(key);
    else if (typeof value !== 'string') throw invalid(`Invalid value for: metadata.${key}`);
    else merged.set(key, value);
  }
  const bytes = [...merged].flat().reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > maxMetadataBytes)
    throw invalid(
      `The total size of object metadata keys and values may be at most ${maxMetadataBytes} bytes.`,
    );
  return Object.fromEntries(merged);
}

function parseTime(text: string): string {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw invalid('Invalid value for: customTime');
  return new Date(ms).toISOString();
}
