import { CloudError } from '../http/cloud-error.js';
import { type CloudRequest } from '../http/route.js';
import { type LiveCheck } from './durable-object-store.js';
import { checkPreconditions, type Preconditions } from './preconditions.js';
import { type StorageContext } from './storage-context.js';
import { invalid } from './storage-errors.js';

const storageClasses = new Set([
  'STANDARD',
  'NEARLINE',
  'COLDLINE',
  'ARCHIVE',
  'MULTI_REGIONAL',
  'REGIONAL',
]);

/** The storage class a resource asks for; 400 for unknown ones. */
export function storageClassOf(resource: Readonly<Record<string, unknown>>): string | undefined {
  const value = resource['storageClass'];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string' || !storageClasses.has(value.toUpperCase()))
    throw invalid(`Invalid argument: storageClass ${String(value)}`);
  return value.toUpperCase();
}

/** Creating needs `storage.objects.create`, replacing `storage.objects.delete` as well. */
export function requireWrite(
  { store }: Pick<StorageContext, 'store'>,
  { caller }: Pick<CloudRequest, 'caller'>,
  bucket: string,
  name: string,
): void {
  const resource = `buckets/${bucket}/objects/${name}`;
  caller.require('storage.objects.create', resource);
  if (store.object(bucket, name)) caller.require('storage.objects.delete', resource);
}

/** What a write of this name is held against, before its bytes come and again when it is made: its rate comes first. */
export const writeCheck =
  (
    { store }: Pick<StorageContext, 'store'>,
    bucket: string,
    name: string,
    conditions: Preconditions,
  ): LiveCheck =>
  (live) => {
    store.requireWriteRate(bucket, name);
    checkPreconditions(conditions, live, 'write');
  };

export const uploadGone = (): CloudError =>
  new CloudError(404, 'notFound', 'The upload session was not found, has ended or was cancelled.');
