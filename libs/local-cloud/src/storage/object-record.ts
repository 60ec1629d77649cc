/** What the journal keeps of one generation of an object. */
export interface ObjectRecord {
  readonly bucket: string;
  readonly name: string;
  /** Microseconds since 1970, strictly increasing over all objects. */
  readonly generation: number;
  readonly metageneration: number;
  /** Path of the bytes inside the storage folder; never made of the object's name. */
  readonly file: string;
  readonly sizeBytes: number;
  readonly crc32c: number;
  /** Base64; absent for composite objects and for files handed over by `adopt`. */
  readonly md5?: string;
  readonly storageClass: string;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly componentCount?: number;
  /** When it stopped being the live version (noncurrent versions only). */
  readonly archivedMs?: number;
  readonly attributes: ObjectAttributes;
}

/** What clients may set and patch. */
export interface ObjectAttributes {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentDisposition?: string;
  readonly contentLanguage?: string;
  readonly cacheControl?: string;
  readonly customTime?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly temporaryHold?: boolean;
  readonly eventBasedHold?: boolean;
}

/** A bucket as kept: what clients may set is Google's own JSON, stored as it came. */
export interface BucketRecord {
  readonly name: string;
  readonly projectId: string;
  readonly location: string;
  readonly storageClass: string;
  readonly metageneration: number;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly settings: BucketSettings;
}

export interface BucketSettings {
  readonly versioning?: { readonly enabled?: boolean };
  readonly lifecycle?: { readonly rule?: readonly LifecycleRule[] };
  readonly labels?: Readonly<Record<string, string>>;
  readonly cors?: readonly unknown[];
  readonly iamConfiguration?: Readonly<Record<string, unknown>>;
  readonly softDeletePolicy?: Readonly<Record<string, unknown>>;
  readonly retentionPolicy?: RetentionPolicy;
  readonly defaultEventBasedHold?: boolean;
}

/** For this many seconds after it was made no object can be deleted or replaced. */
export interface RetentionPolicy {
  readonly retentionPeriod: string;
  readonly effectiveTime: string;
}

export interface LifecycleRule {
  readonly action: { readonly type: string; readonly storageClass?: string };
  readonly condition: Readonly<Record<string, unknown>>;
}

/** One line of the storage journal. */
export type StorageEntry =
  | { readonly kind: 'bucket'; readonly bucket: BucketRecord }
  | { readonly kind: 'bucket-deleted'; readonly name: string }
  /** A new or changed generation. `archivesAtMs`: the live generation it supersedes stays as a noncurrent version. */
  | { readonly kind: 'object'; readonly object: ObjectRecord; readonly archivesAtMs?: number }
  | {
      readonly kind: 'object-deleted';
      readonly bucket: string;
      readonly name: string;
      readonly generation: number;
      /** The generation stays as a noncurrent version instead of going away. */
      readonly archivesAtMs?: number;
    }
  /** Keeps generations increasing after a compaction dropped the newest. */
  | { readonly kind: 'last-generation'; readonly generation: number };
