import {
  AppError,
  type ExportId,
  type ExportRecord,
  isAppError,
  type KeyClaim,
  type Page,
  type PageRequest,
  type RecordStore,
  type RecordSummary,
  summaryOf,
  type Versioned,
} from '@outhaul/core';
import { createHash } from 'node:crypto';
import { type Storage } from '@google-cloud/storage';
import { type GoogleAuth } from 'google-auth-library';
import { authorizedFetch } from './authorized-fetch.js';
import { makeStorage } from './google-file-store.js';
import { type GoogleEndpoints } from './google-warehouse.js';
import { translateError } from './translate-error.js';

const prefix = 'exports/';

/** Records as objects of a bucket; the precondition on the generation is the lock. */
export class GoogleRecordStore implements RecordStore {
  private readonly storage: Storage;

  constructor(
    private readonly auth: GoogleAuth,
    projectId: string,
    private readonly bucket: string,
    private readonly endpoints: GoogleEndpoints,
  ) {
    this.storage = makeStorage(auth, projectId, endpoints);
  }

  create(record: ExportRecord) {
    return this.write(record, '0');
  }

  replace(record: ExportRecord, version: string) {
    return this.write(record, version);
  }

  async read(id: ExportId): Promise<Versioned<ExportRecord>> {
    const { text, generation } = await this.readObject(nameOf(id), id);
    const value = parseRecord(text, id);
    return { value, version: generation };
  }

  async remove(id: ExportId): Promise<void> {
    try {
      await this.storage.bucket(this.bucket).file(nameOf(id)).delete({ ignoreNotFound: true });
    } catch (error) {
      throw translateError(error, { missing: 'export-not-found', resource: id });
    }
  }

  async list(page: PageRequest): Promise<Page<RecordSummary>> {
    try {
      const [files, next] = await this.storage.bucket(this.bucket).getFiles({
        prefix,
        autoPaginate: false,
        maxResults: page.pageSize ?? 1_000,
        // A page begins after the last id that was shown; the object that follows it in order has a space appended.
        ...(page.pageToken ? { startOffset: `${nameOf(page.pageToken)} ` } : {}),
      });
      const items = files.map(({ metadata }) => fromMetadata(metadata.metadata ?? {}));
      return { items, nextPageToken: next ? items.at(-1)?.id : undefined };
    } catch (error) {
      throw translateError(error, { missing: 'bucket-not-found', resource: this.bucket });
    }
  }

  async claimKey(owner: string, key: string, claim: KeyClaim): Promise<KeyClaim> {
    const name = `keys/${createHash('sha256').update(`${owner}\n${key}`).digest('hex')}.json`;
    try {
      await this.save(name, JSON.stringify(claim), '0', {});
      return claim;
    } catch (error) {
      if (!isAppError(error, 'record-conflict')) throw error;
      return JSON.parse((await this.readObject(name, name)).text) as KeyClaim;
    }
  }

  private async write(
    record: ExportRecord,
    ifGeneration: string,
  ): Promise<Versioned<ExportRecord>> {
    const version = await this.save(
      nameOf(record.id),
      JSON.stringify(record),
      ifGeneration,
      toMetadata(summaryOf(record)),
    );
    return { value: record, version };
  }

  private async save(
    name: string,
    text: string,
    ifGeneration: string,
    metadata: Record<string, string>,
  ): Promise<string> {
    const file = this.storage.bucket(this.bucket).file(name);
    try {
      await file.save(text, {
        contentType: 'application/json',
        resumable: false,
        metadata: { cacheControl: 'no-store', metadata },
        preconditionOpts: { ifGenerationMatch: ifGeneration },
      });
      return String(file.metadata.generation);
    } catch (error) {
      const translated = translateError(error, {
        missing: 'bucket-not-found',
        resource: this.bucket,
      });
      // The reply to a write that succeeded may be lost; the client's own retry then meets its own work.
      if (translated.code === 'record-conflict') {
        const present = await this.readObject(name, name).catch(() => undefined);
        if (present?.text === text) return present.generation;
      }
      throw translated;
    }
  }

  private async readObject(
    name: string,
    id: string,
  ): Promise<{ text: string; generation: string }> {
    const base = this.endpoints.storage ?? 'https://storage.googleapis.com';
    const url = `${base}/storage/v1/b/${encodeURIComponent(this.bucket)}/o/${encodeURIComponent(name)}?alt=media`;
    const response = await authorizedFetch(
      this.auth,
      url,
      {},
      { missing: 'export-not-found', resource: id },
    );
    const generation = response.headers.get('x-goog-generation');
    if (!generation)
      throw new AppError(
        'upstream-unavailable',
        'Cloud Storage did not name the generation of a record.',
      );
    return { text: await response.text(), generation };
  }
}

const nameOf = (id: ExportId): string => `${prefix}${id}.json`;

function parseRecord(text: string, id: string): ExportRecord {
  try {
    const record = JSON.parse(text) as ExportRecord;
    if (record.version === 1 && record.id === id && Array.isArray(record.steps)) return record;
  } catch (error) {
    throw new AppError(
      'record-unreadable',
      `The record of export ${id} is not JSON.`,
      { resource: id },
      { cause: error },
    );
  }
  throw new AppError(
    'record-unreadable',
    `The record of export ${id} was written by another version of Outhaul.`,
    { resource: id },
  );
}

/** Cloud Storage keeps metadata as text; empty values are left out. */
function toMetadata(summary: RecordSummary): Record<string, string> {
  return Object.fromEntries(
    Object.entries(summary)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, encodeURIComponent(String(value))]),
  );
}

function fromMetadata(metadata: Record<string, unknown>): RecordSummary {
  const text = (key: string) =>
    metadata[key] === undefined ? undefined : decodeURIComponent(String(metadata[key]));
  const number = (key: string) => (metadata[key] === undefined ? undefined : Number(metadata[key]));
  return {
    id: text('id') ?? '',
    owner: text('owner') ?? '',
    state: (text('state') ?? 'failed') as RecordSummary['state'],
    createdAt: text('createdAt') ?? '',
    source: text('source') ?? '',
    format: text('format') ?? '',
    label: text('label'),
    finishedAt: text('finishedAt'),
    rows: number('rows'),
    files: number('files'),
    bytes: number('bytes'),
    errorCode: text('errorCode'),
  };
}
