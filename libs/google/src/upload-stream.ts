import { AppError, isAppError } from '@outhaul/core';
import { type FileMetadata } from '@google-cloud/storage';
import { type GoogleAuth } from 'google-auth-library';
import { authorizedFetch } from './authorized-fetch.js';
import { slowDelayMs } from './insist-slowly.js';
import { type Asked } from './translate-error.js';

/** Cloud Storage takes chunks of a multiple of 256 KiB. */
const chunkBytes = 8 << 20;
/** Chunks in a row of which nothing may be kept before the upload is given up. */
const mostInVain = 5;

export interface Upload {
  readonly auth: GoogleAuth;
  readonly base: string;
  readonly bucket: string;
  readonly name: string;
  readonly contentType: string;
  readonly ifGeneration?: string;
}

/**
 * Writes an object by Cloud Storage's resumable protocol, about one chunk in memory at a time. A chunk that is sent again
 * after a lost reply is taken as what it is: its place in the object is part of the request. Of each chunk what Cloud Storage
 * says it has is let go, and no more: it may keep less than was sent
 * (https://cloud.google.com/storage/docs/performing-resumable-uploads#chunked-upload).
 */
export async function uploadStream(
  content: AsyncIterable<Uint8Array>,
  upload: Upload,
): Promise<FileMetadata> {
  const asked: Asked = {
    missing: 'bucket-not-found',
    resource: `gs://${upload.bucket}/${upload.name}`,
  };
  const session = new UploadSession(upload.auth, await openSession(upload, asked), asked);
  try {
    for await (const piece of content) await session.add(piece);
    return await session.finish();
  } catch (error) {
    await session.cancel();
    throw error;
  }
}

/** What has been sent of an object, and what has to be kept because Cloud Storage does not have it yet. */
class UploadSession {
  /** Bytes that Cloud Storage has. */
  private stored = 0;
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  private sentInVain = 0;

  constructor(
    private readonly auth: GoogleAuth,
    private readonly url: string,
    private readonly asked: Asked,
  ) {}

  /** Takes a piece; sends a chunk for each that there is more than one of. */
  async add(piece: Uint8Array): Promise<void> {
    this.held.push(piece);
    this.heldBytes += piece.length;
    while (this.heldBytes > chunkBytes) await this.send(false);
  }

  /** Sends what is left until the object is there. */
  async finish(): Promise<FileMetadata> {
    for (;;) {
      const response = await this.send(this.heldBytes <= chunkBytes);
      if (response.status !== 308) return (await response.json()) as FileMetadata;
    }
  }

  async cancel(): Promise<void> {
    await authorizedFetch(this.auth, this.url, { method: 'DELETE' }, this.asked).catch(
      () => undefined,
    );
  }

  private async send(isLast: boolean): Promise<Response> {
    const all = Buffer.concat(this.held);
    const body = all.subarray(0, chunkBytes);
    const end = this.stored + body.length;
    const range = body.length === 0 ? '*' : `${this.stored}-${end - 1}`;
    const response = await authorizedFetch(
      this.auth,
      this.url,
      {
        method: 'PUT',
        body,
        headers: { 'Content-Range': `bytes ${range}/${isLast ? end : '*'}` },
        redirect: 'manual',
      },
      this.asked,
    ).catch((error: unknown) => this.rethrow(error));
    if (response.status === 308) await this.letGo(all, storedBytes(response), end);
    return response;
  }

  /** A session that is gone takes nothing more, but another one does: https://cloud.google.com/storage/docs/resumable-uploads */
  private rethrow(error: unknown): never {
    const status = isAppError(error) ? (error.cause as { code?: unknown } | undefined)?.code : 0;
    if (status !== 404 && status !== 410) throw error;
    throw new AppError(
      'upstream-unavailable',
      `Cloud Storage has ended the upload of ${this.asked.resource} before it was complete.`,
      { resource: this.asked.resource },
      { cause: error },
    );
  }

  private async letGo(all: Buffer, stored: number, end: number): Promise<void> {
    if (stored < this.stored || stored > end)
      throw new AppError(
        'upstream-unavailable',
        `Cloud Storage says that it has ${stored} bytes of ${this.asked.resource}; it had ${this.stored}, and was sent ${end}.`,
        { resource: this.asked.resource },
      );
    this.sentInVain = stored === this.stored && all.length > 0 ? this.sentInVain + 1 : 0;
    if (this.sentInVain >= mostInVain)
      throw new AppError(
        'upstream-unavailable',
        `Cloud Storage takes no more bytes of ${this.asked.resource}.`,
        { resource: this.asked.resource },
      );
    if (this.sentInVain > 0)
      await new Promise((resolve) => setTimeout(resolve, slowDelayMs(this.sentInVain)));
    const rest = all.subarray(stored - this.stored);
    this.stored = stored;
    this.held = [rest];
    this.heldBytes = rest.length;
  }
}

/** Without a `Range` nothing is stored. */
function storedBytes({ headers }: Response): number {
  const last = /^bytes=0-(\d+)$/.exec(headers.get('range') ?? '')?.[1];
  return last === undefined ? 0 : Number(last) + 1;
}

async function openSession(upload: Upload, asked: Asked): Promise<string> {
  const query = new URLSearchParams({ uploadType: 'resumable', name: upload.name });
  if (upload.ifGeneration !== undefined) query.set('ifGenerationMatch', upload.ifGeneration);
  const response = await authorizedFetch(
    upload.auth,
    `${upload.base}/upload/storage/v1/b/${encodeURIComponent(upload.bucket)}/o?${query}`,
    {
      method: 'POST',
      body: JSON.stringify({ contentType: upload.contentType, cacheControl: 'no-store' }),
      headers: {
        'Content-Type': 'application/json',
        'X-Upload-Content-Type': upload.contentType,
      },
    },
    asked,
  );
  return response.headers.get('location') ?? '';
}
