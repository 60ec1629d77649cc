import { encodeCrc32c } from './checksums.js';
import { type BucketRecord, type ObjectRecord } from './object-record.js';

/** An object as the JSON API shows it (`storage#object`). `origin` is the local cloud's URL. */
export function objectResource(object: ObjectRecord, origin: string): Record<string, unknown> {
  const { bucket, name, generation, attributes } = object;
  const path = `b/${bucket}/o/${encodeURIComponent(name)}`;
  const timeCreated = isoTime(object.createdMs);
  return {
    kind: 'storage#object',
    id: `${bucket}/${name}/${generation}`,
    selfLink: `${origin}/storage/v1/${path}`,
    mediaLink: `${origin}/download/storage/v1/${path}?generation=${generation}&alt=media`,
    name,
    bucket,
    generation: String(generation),
    metageneration: String(object.metageneration),
    ...attributes,
    storageClass: object.storageClass,
    size: String(object.sizeBytes),
    ...(object.md5 === undefined ? {} : { md5Hash: object.md5 }),
    crc32c: encodeCrc32c(object.crc32c),
    ...(object.componentCount === undefined ? {} : { componentCount: object.componentCount }),
    etag: etagOf(object),
    timeCreated,
    updated: isoTime(object.updatedMs),
    timeStorageClassUpdated: timeCreated,
    timeFinalized: timeCreated,
    ...(object.archivedMs === undefined ? {} : { timeDeleted: isoTime(object.archivedMs) }),
  };
}

/** A bucket as the JSON API shows it (`storage#bucket`). */
export function bucketResource(bucket: BucketRecord, origin: string): Record<string, unknown> {
  const { name } = bucket;
  const created = isoTime(bucket.createdMs);
  return {
    kind: 'storage#bucket',
    id: name,
    selfLink: `${origin}/storage/v1/b/${name}`,
    projectNumber: projectNumber(bucket.projectId),
    name,
    timeCreated: created,
    updated: isoTime(bucket.updatedMs),
    metageneration: String(bucket.metageneration),
    location: bucket.location,
    locationType: multiRegions.has(bucket.location) ? 'multi-region' : 'region',
    storageClass: bucket.storageClass,
    etag: Buffer.from(`b${bucket.metageneration}`).toString('base64'),
    iamConfiguration: {
      bucketPolicyOnly: { enabled: true },
      uniformBucketLevelAccess: { enabled: true },
      publicAccessPrevention: 'enforced',
    },
    ...bucket.settings,
  };
}

/** The opaque tag of one state of one generation. */
export function etagOf({ generation, metageneration }: ObjectRecord): string {
  return Buffer.from(`${generation}.${metageneration}`).toString('base64');
}

export const isoTime = (ms: number): string => new Date(ms).toISOString();

const multiRegions = new Set(['US', 'EU', 'ASIA']);

/** A stable twelve-digit number for a project id, as Google shows beside it. */
export function projectNumber(projectId: string): string {
  let number = 7;
  for (const character of projectId)
    number = (number * 31 + character.charCodeAt(0)) % 899_999_999_999;
  return String(100_000_000_000 + number);
}
