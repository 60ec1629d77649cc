import { type Answer } from './answer.js';
import { type Call, type Identity } from './identity.js';

const google = 'https://storage.googleapis.com';

export interface StoredObject {
  readonly name: string;
  readonly size: string;
  readonly generation: string;
  readonly crc32c: string;
  readonly timeCreated?: string;
  readonly contentType?: string;
  readonly contentEncoding?: string;
}

/** One bucket by Cloud Storage's JSON interface, as one identity sees it. */
export class Storage {
  constructor(
    readonly who: Identity,
    readonly bucket: string,
    private readonly endpoint: string = google,
  ) {}

  in(bucket: string): Storage {
    return new Storage(this.who, bucket, this.endpoint);
  }

  /** A call of the storage service, e.g. `/b`. */
  service(path: string, call?: Call): Promise<Answer> {
    return this.who.call(`${this.endpoint}/storage/v1${path}`, call);
  }

  /** A call below the bucket; '' = the bucket itself. */
  call(path: string, call?: Call): Promise<Answer> {
    return this.service(`/b/${encodeURIComponent(this.bucket)}${path}`, call);
  }

  object(name: string, call?: Call): Promise<Answer> {
    return this.call(`/o/${encodeURIComponent(name)}`, call);
  }

  media(name: string, call: Call = {}): Promise<Answer> {
    return this.object(name, { ...call, query: { alt: 'media', ...call.query } });
  }

  /** Writes an object in one request. */
  put(name: string, body: Uint8Array | string, call: Call = {}): Promise<Answer> {
    return this.upload(name, { method: 'POST', body, ...call }, 'media');
  }

  upload(name: string, call: Call, uploadType: 'media' | 'resumable'): Promise<Answer> {
    return this.who.call(
      `${this.endpoint}/upload/storage/v1/b/${encodeURIComponent(this.bucket)}/o`,
      { ...call, query: { uploadType, name, ...call.query } },
    );
  }

  compose(target: string, sources: readonly object[], call: Call = {}): Promise<Answer> {
    return this.call(`/o/${encodeURIComponent(target)}/compose`, {
      json: { sourceObjects: sources, destination: { contentType: 'text/plain' } },
      ...call,
    });
  }

  async list(prefix: string): Promise<readonly StoredObject[]> {
    const found: StoredObject[] = [];
    let pageToken: string | undefined;
    do {
      const answer = (await this.call('/o', { query: { prefix, pageToken } })).orThrow();
      found.push(...((answer.at('items') as StoredObject[] | undefined) ?? []));
      pageToken = answer.at('nextPageToken') as string | undefined;
    } while (pageToken);
    return found;
  }

  /** Deletes everything below a prefix; what is gone already is no fault. */
  async clear(prefix: string): Promise<number> {
    const found = await this.list(prefix);
    for (let at = 0; at < found.length; at += 8)
      await Promise.all(
        found.slice(at, at + 8).map(async ({ name }) => {
          const answer = await this.object(name, { method: 'DELETE' });
          if (answer.status !== 404) answer.orThrow();
        }),
      );
    return found.length;
  }
}
