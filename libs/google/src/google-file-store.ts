import {
  type BucketFacts,
  type FileStore,
  type StoredFile,
  type WriteCondition,
} from '@outhaul/core';
import {
  type Bucket,
  type FileMetadata,
  RETRYABLE_ERR_FN_DEFAULT,
  Storage,
} from '@google-cloud/storage';
import { type GoogleAuth } from 'google-auth-library';
import { authorizedFetch } from './authorized-fetch.js';
import { countAvroRows } from './avro-rows.js';
import { countCsvRows } from './csv-rows.js';
import { type GoogleEndpoints } from './google-warehouse.js';
import { insistSlowly, isTooMany } from './insist-slowly.js';
import { countParquetRows } from './parquet-rows.js';
import { readPieces } from './read-pieces.js';
import { type Asked, translateError } from './translate-error.js';
import { uploadStream } from './upload-stream.js';

/** Cloud Storage through Google's own client, with the service's identity. Bytes are read by plain fetch. */
export class GoogleFileStore implements FileStore {
  private readonly storage: Storage;

  constructor(
    private readonly auth: GoogleAuth,
    projectId: string,
    private readonly endpoints: GoogleEndpoints,
  ) {
    this.storage = makeStorage(auth, projectId, endpoints);
  }

  async getBucket(bucket: string): Promise<BucketFacts> {
    const [metadata] = await this.ask(() => this.storage.bucket(bucket).getMetadata(), {
      missing: 'bucket-not-found',
      resource: bucket,
    });
    const { retentionPolicy, softDeletePolicy, defaultEventBasedHold } = metadata;
    return {
      location: String(metadata.location ?? 'US'),
      retentionSeconds: positive(retentionPolicy?.retentionPeriod),
      isRetentionLocked: retentionPolicy?.isLocked,
      holdsObjects: defaultEventBasedHold,
      softDeleteSeconds: positive(softDeletePolicy?.retentionDurationSeconds),
    };
  }

  async list(bucket: string, prefix: string): Promise<readonly StoredFile[]> {
    const [files] = await this.ask(
      () => this.storage.bucket(bucket).getFiles({ prefix, autoPaginate: true }),
      {
        missing: 'bucket-not-found',
        resource: bucket,
      },
    );
    return files.map((file) => toStoredFile(bucket, file.name, file.metadata));
  }

  async stat(bucket: string, name: string): Promise<StoredFile | undefined> {
    try {
      const [metadata] = await this.ask(
        () => this.storage.bucket(bucket).file(name).getMetadata(),
        missingFile(bucket, name),
      );
      return toStoredFile(bucket, name, metadata);
    } catch (error) {
      if ((error as { code?: string }).code === 'file-not-found') return undefined;
      throw error;
    }
  }

  async readText(bucket: string, name: string): Promise<string> {
    return (await this.read(bucket, name)).text();
  }

  openRead(
    file: { bucket: string; name: string; generation?: string },
    range?: { start: number; end?: number },
  ): AsyncIterable<Uint8Array> {
    return readPieces(
      (start, end) =>
        this.read(file.bucket, file.name, { Range: `bytes=${start}-${end - 1}` }, file.generation),
      range,
    );
  }

  async writeStream(
    bucket: string,
    name: string,
    content: AsyncIterable<Uint8Array>,
    contentType: string,
    condition?: WriteCondition,
  ): Promise<StoredFile> {
    const metadata = await uploadStream(content, {
      auth: this.auth,
      base: this.endpoints.storage ?? 'https://storage.googleapis.com',
      bucket,
      name,
      contentType,
      ifGeneration: condition?.ifGeneration,
    });
    return toStoredFile(bucket, name, metadata);
  }

  async put(
    bucket: string,
    name: string,
    content: string | Uint8Array,
    contentType: string,
    condition?: WriteCondition,
  ): Promise<StoredFile> {
    const file = this.storage.bucket(bucket).file(name);
    await this.ask(
      () =>
        file.save(Buffer.from(content), {
          contentType,
          resumable: false,
          metadata: { cacheControl: 'no-store' },
          ...(condition ? { preconditionOpts: { ifGenerationMatch: condition.ifGeneration } } : {}),
        }),
      missingFile(bucket, name),
    );
    return toStoredFile(bucket, name, file.metadata);
  }

  async compose(
    bucket: string,
    sources: readonly StoredFile[],
    target: string,
    contentType: string,
    condition?: WriteCondition,
  ): Promise<StoredFile> {
    const from: Bucket = this.storage.bucket(bucket);
    const destination = from.file(target);
    destination.metadata = { contentType };
    const [, joined] = await this.ask(
      () =>
        from.combine(
          sources.map(({ name, generation }) => from.file(name, { generation })),
          destination,
          condition ? { ifGenerationMatch: condition.ifGeneration } : {},
        ),
      missingFile(bucket, target),
    );
    // What the response names is what was made; a look afterwards could find what another has put there.
    return toStoredFile(bucket, target, joined as FileMetadata);
  }

  async remove(bucket: string, name: string): Promise<void> {
    await this.ask(
      () => this.storage.bucket(bucket).file(name).delete({ ignoreNotFound: true }),
      missingFile(bucket, name),
    );
  }

  countRows(file: StoredFile, format: 'parquet' | 'avro' | 'csv'): Promise<number> {
    if (format === 'csv') return countCsvRows(this.openRead(file));
    const count = format === 'parquet' ? countParquetRows : countAvroRows;
    return count(file.sizeBytes, async (start, end) => {
      const response = await this.read(
        file.bucket,
        file.name,
        { Range: `bytes=${start}-${end - 1}` },
        file.generation,
      );
      return response.arrayBuffer();
    });
  }

  async signUrl(
    file: { bucket: string; name: string; generation: string },
    options: { expiresMs: number; saveAs: string },
  ): Promise<string> {
    const [url] = await this.ask(
      () =>
        this.storage
          .bucket(file.bucket)
          .file(file.name)
          .getSignedUrl({
            version: 'v4',
            action: 'read',
            expires: options.expiresMs,
            responseDisposition: dispositionOf(options.saveAs),
            queryParams: { generation: file.generation },
          }),
      missingFile(file.bucket, file.name),
    );
    return url;
  }

  private read(
    bucket: string,
    name: string,
    headers: Record<string, string> = {},
    generation?: string,
  ): Promise<Response> {
    const url = mediaUrl(this.endpoints, { bucket, name, generation });
    return authorizedFetch(this.auth, url, { headers }, missingFile(bucket, name));
  }

  private async ask<T>(call: () => Promise<T>, asked: Asked): Promise<T> {
    try {
      return await insistSlowly(call);
    } catch (error) {
      throw translateError(error, asked);
    }
  }
}

/** Where an object's bytes are for whoever shows a token that may read it. */
export function mediaUrl(
  { storage = 'https://storage.googleapis.com' }: GoogleEndpoints,
  { bucket, name, generation }: { bucket: string; name: string; generation?: string },
): string {
  const query = generation === undefined ? '' : `&generation=${generation}`;
  return `${storage}/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(name)}?alt=media${query}`;
}

export const makeStorage = (
  auth: GoogleAuth,
  projectId: string,
  endpoints: GoogleEndpoints,
): Storage =>
  new Storage({
    projectId,
    authClient: auth as never,
    ...(endpoints.storage
      ? { apiEndpoint: endpoints.storage, useAuthWithCustomEndpoint: true }
      : {}),
    // Short: whoever calls tries again later, and a call that lasts a minute would hold up its instance.
    retryOptions: {
      autoRetry: true,
      maxRetries: 3,
      maxRetryDelay: 4,
      totalTimeout: 20,
      // 429 has a back-off of its own, also for what the client takes for unrepeatable.
      retryableErrorFn: (error) => !isTooMany(error) && RETRYABLE_ERR_FN_DEFAULT(error),
    },
    userAgent: 'outhaul',
  });

/** 64-bit numbers come as text; 0 is how a policy is switched off. */
const positive = (seconds: unknown): number | undefined =>
  Number(seconds ?? 0) > 0 ? Number(seconds) : undefined;

const missingFile = (bucket: string, name: string) =>
  ({ missing: 'file-not-found', resource: `gs://${bucket}/${name}` }) as const;

const toStoredFile = (bucket: string, name: string, metadata: FileMetadata): StoredFile => ({
  bucket,
  name,
  sizeBytes: Number(metadata.size ?? 0),
  crc32c: metadata.crc32c ?? '',
  generation: String(metadata.generation ?? ''),
  contentType: metadata.contentType,
  createdMs: metadata.timeCreated === undefined ? undefined : Date.parse(metadata.timeCreated),
});

/** A Content-Disposition that no name can break out of. */
function dispositionOf(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)}`;
}
