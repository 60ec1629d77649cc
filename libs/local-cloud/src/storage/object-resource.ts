import { encodeCrc32c } from './checksums.js';
import { type BucketRecord, type ObjectRecord } from './object-record.js';

/** An object as the JSON API shows it (`storage#object`). `origin` is the local cloud's URL. */
export function objectResource(object: ObjectRecord, origin: string): Record<string, unknown> {
  return objectFields(object, origin, [...Object.keys(makers), ...Object.keys(object.attributes)]);
}

/** Of `objectResource` only these fields: a page of a thousand objects is mostly asked for one or two of them. */
export function objectFields(
  object: ObjectRecord,
  origin: string,
  names: Iterable<string>,
): Record<string, unknown> {
  const { attributes } = object;
  const fields: Record<string, unknown> = {};
  for (const name of names) {
    const value = Object.hasOwn(makers, name)
      ? makers[name]?.(object, origin)
      : Object.hasOwn(attributes, name)
        ? attributes[name as keyof typeof attributes]
        : undefined;
    if (value !== undefined) fields[name] = value;
  }
  return fields;
}

const makers: Readonly<Record<string, (object: ObjectRecord, origin: string) => unknown>> = {
  kind: () => 'storage#object',
  id: ({ bucket, name, generation }) => `${bucket}/${name}/${generation}`,
  selfLink: (object, origin) => `${origin}/storage/v1/${pathOf(object)}`,
  mediaLink: (object, origin) =>
    `${origin}/download/storage/v1/${pathOf(object)}?generation=${object.generation}&alt=media`,
  name: ({ name }) => name,
  bucket: ({ bucket }) => bucket,
  generation: ({ generation }) => String(generation),
  metageneration: ({ metageneration }) => String(metageneration),
  storageClass: ({ storageClass }) => storageClass,
  size: ({ sizeBytes }) => String(sizeBytes),
  md5Hash: ({ md5 }) => md5,
  crc32c: ({ crc32c }) => encodeCrc32c(crc32c),
  componentCount: ({ componentCount }) => componentCount,
  etag: etagOf,
  timeCreated: ({ createdMs }) => isoTime(createdMs),
  updated: ({ updatedMs }) => isoTime(updatedMs),
  timeStorageClassUpdated: ({ createdMs }) => isoTime(createdMs),
  timeFinalized: ({ createdMs }) => isoTime(createdMs),
  timeDeleted: ({ archivedMs }) => (archivedMs === undefined ? undefined : isoTime(archivedMs)),
};

const pathOf = ({ bucket, name }: ObjectRecord): string =>
  `b/${bucket}/o/${encodeURIComponent(name)}`;

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
