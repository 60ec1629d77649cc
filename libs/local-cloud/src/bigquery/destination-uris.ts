import { CloudError } from '../http/cloud-error.js';
import { type ObjectStore } from '../storage/object-store.js';
import { invalid } from './bigquery-errors.js';

/** A `gs://bucket/name` with at most one `*`. */
export interface GcsUri {
  readonly uri: string;
  readonly bucket: string;
  readonly name: string;
  readonly isPattern: boolean;
}

/** Reads one URI; 400 in BigQuery's words when it is none. */
export function parseGcsUri(uri: unknown): GcsUri {
  const match = typeof uri === 'string' ? /^gs:\/\/([^/*]+)\/(.+)$/s.exec(uri) : null;
  const [, bucket, name] = match ?? [];
  if (!bucket || !name) throw invalid(`Invalid path: ${String(uri).slice(0, 200)}`);
  const stars = name.split('*').length - 1;
  if (stars > 1)
    throw invalid(`Invalid path: ${String(uri).slice(0, 200)}. Only one wildcard is allowed.`);
  return { uri: String(uri), bucket, name, isPattern: stars === 1 };
}

/** The objects that a URI may name, as a resource that permissions are asked on. */
export const objectsResource = ({ bucket, name }: GcsUri): string =>
  `buckets/${bucket}/objects/${name.split('*')[0] ?? ''}`;

/** The destinations of an extract: 1 to 500 URIs. */
export function parseDestinationUris(uris: unknown): GcsUri[] {
  if (!Array.isArray(uris) || uris.length === 0)
    throw new CloudError(400, 'required', 'Required parameter is missing: destinationUris');
  if (uris.length > 500) throw invalid('Too many destination URIs: at most 500 are allowed.');
  return uris.map(parseDestinationUri);
}

/** A URI that BigQuery writes to: its wildcard can only be in the name of the files, not in that of a folder. */
export function parseDestinationUri(value: unknown): GcsUri {
  const parsed = parseGcsUri(value);
  const { uri, name } = parsed;
  if (name.lastIndexOf('/') > name.indexOf('*') && parsed.isPattern)
    throw invalid(
      `Invalid path: ${uri.slice(0, 200)}. A wildcard can be used only in the filename component.`,
    );
  return parsed;
}

/** The name of a pattern's n-th file: twelve digits in place of the `*`. */
export const shardName = ({ name }: GcsUri, index: number): string =>
  name.replace('*', () => String(index).padStart(12, '0'));

/** The live objects that source URIs name; 404 when one names none. */
export function findSourceObjects(store: ObjectStore, uris: readonly GcsUri[]) {
  return uris.flatMap((uri) => {
    const found = uri.isPattern
      ? listMatching(store, uri)
      : [store.stat(uri.bucket, uri.name)].filter((object) => object !== undefined);
    if (found.length === 0) throw new CloudError(404, 'notFound', `Not found: Uris ${uri.uri}`);
    return found;
  });
}

function listMatching(store: ObjectStore, { bucket, name }: GcsUri) {
  if (store.bucketLocation(bucket) === undefined) return [];
  const [prefix = '', suffix = ''] = name.split('*');
  return store
    .list(bucket, prefix)
    .filter(
      (object) =>
        object.name.length >= prefix.length + suffix.length && object.name.endsWith(suffix),
    );
}
