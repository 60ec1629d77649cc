import { type Clock } from '../clock.js';
import { type CloudRequest, type CloudResponse } from '../http/route.js';
import { type Caller } from '../identity/caller.js';
import { type IamPolicies } from '../identity/iam-policies.js';
import { type DurableObjectStore } from './durable-object-store.js';
import { type ObjectRecord } from './object-record.js';
import { etagOf, objectResource } from './object-resource.js';
import { parseGeneration } from './preconditions.js';
import { noSuchObject } from './storage-errors.js';
import { type ResumableUploads } from './resumable-uploads.js';

/** What the routes of Cloud Storage share. */
export interface StorageContext {
  readonly store: DurableObjectStore;
  readonly uploads: ResumableUploads;
  readonly clock: Clock;
  readonly projectId: string;
  /** Most bytes of one request that a resumable upload keeps; all of them when undefined. */
  readonly keptUploadBytes?: number;
  /** The public key (PEM) that signatures of this service account are checked with; undefined for strangers. */
  publicKeyOf(email: string): string | undefined;
  readonly serviceAccountEmail: string;
  readonly policies: IamPolicies;
  /** What somebody may do who is not the caller: the signer of a URL. */
  callerOf(email: string): Caller;
}

/** A path parameter that the route's pattern guarantees. */
export const parameter = (request: CloudRequest, name: string): string => {
  const value = request.params[name];
  if (value === undefined) throw new Error(`The route has no parameter ${name}.`);
  return value;
};

/** The object a request names (with `generation`, that version); throws 404. */
export function findObject(
  { store }: StorageContext,
  request: CloudRequest,
  bucket: string,
  name: string,
): ObjectRecord {
  store.bucketState(bucket);
  const object = store.object(bucket, name, parseGeneration(request.query.get('generation')));
  if (!object) throw noSuchObject(bucket, name);
  return object;
}

/** An object's resource as a JSON answer. */
export const objectAnswer = (object: ObjectRecord, request: CloudRequest): CloudResponse => ({
  json: objectResource(object, request.url.origin),
  headers: { etag: etagOf(object) },
});
