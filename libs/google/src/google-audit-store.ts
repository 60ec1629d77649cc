import {
  type AuditPageRequest,
  type AuditStore,
  batchPrefix,
  isAppError,
  type Page,
  type StoredBatch,
} from '@outhaul/core';
import { type Storage } from '@google-cloud/storage';
import { type GoogleAuth } from 'google-auth-library';
import { authorizedFetch } from './authorized-fetch.js';
import { makeStorage } from './google-file-store.js';
import { type GoogleEndpoints } from './google-warehouse.js';
import { insistSlowly } from './insist-slowly.js';
import { translateError } from './translate-error.js';

const prefix = 'audit/';

/** Audit batches as objects that are created and never replaced. */
export class GoogleAuditStore implements AuditStore {
  private readonly storage: Storage;

  constructor(
    private readonly auth: GoogleAuth,
    projectId: string,
    private readonly bucket: string,
    private readonly endpoints: GoogleEndpoints,
  ) {
    this.storage = makeStorage(auth, projectId, endpoints);
  }

  async append({ name, segment, sequence, digest }: StoredBatch, text: string): Promise<void> {
    try {
      const file = this.storage.bucket(this.bucket).file(name);
      await insistSlowly(() =>
        file.save(text, {
          contentType: 'application/json',
          resumable: false,
          metadata: {
            cacheControl: 'no-store',
            metadata: { segment, sequence: String(sequence), digest },
          },
          preconditionOpts: { ifGenerationMatch: '0' },
        }),
      );
    } catch (error) {
      const translated = translateError(error, {
        missing: 'bucket-not-found',
        resource: this.bucket,
      });
      // The reply to a write that succeeded may be lost; the repeat then meets its own work.
      if (isAppError(translated, 'record-conflict') && (await this.read(name)) === text) return;
      throw translated;
    }
  }

  async list(page: AuditPageRequest): Promise<Page<StoredBatch>> {
    const { after, fromMs, toMs } = page;
    // The object that follows a name in order has a space appended. Newer batches come first.
    const begin = [after && `${after} `, toMs !== undefined && batchPrefix(toMs)].filter(Boolean);
    try {
      const [files, next] = await this.storage.bucket(this.bucket).getFiles({
        prefix,
        autoPaginate: false,
        maxResults: page.pageSize ?? 1_000,
        ...(begin.length > 0 ? { startOffset: begin.map(String).sort().at(-1) } : {}),
        ...(fromMs === undefined ? {} : { endOffset: batchPrefix(fromMs - 1) }),
      });
      return {
        items: files.map(({ name, metadata: { metadata = {} } }) => ({
          name,
          segment: String(metadata['segment'] ?? ''),
          sequence: Number(metadata['sequence'] ?? 0),
          digest: String(metadata['digest'] ?? ''),
        })),
        nextPageToken: next ? files.at(-1)?.name : undefined,
      };
    } catch (error) {
      throw translateError(error, { missing: 'bucket-not-found', resource: this.bucket });
    }
  }

  async read(name: string): Promise<string> {
    const base = this.endpoints.storage ?? 'https://storage.googleapis.com';
    const url = `${base}/storage/v1/b/${encodeURIComponent(this.bucket)}/o/${encodeURIComponent(name)}?alt=media`;
    const asked = { missing: 'file-not-found', resource: name } as const;
    return (await authorizedFetch(this.auth, url, {}, asked)).text();
  }
}
