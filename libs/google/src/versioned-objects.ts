import {
  AppError,
  type ListedPage,
  type PageRequest,
  type Versioned,
  type VersionedStore,
} from '@outhaul/core';
import { type Storage } from '@google-cloud/storage';
import { type GoogleAuth } from 'google-auth-library';
import { authorizedFetch, authorizedText } from './authorized-fetch.js';
import { makeStorage } from './google-file-store.js';
import { type GoogleEndpoints } from './google-warehouse.js';
import { insistSlowly } from './insist-slowly.js';
import { MirroredMetadata, UnreadableMetadata } from './mirrored-metadata.js';
import { type Answer, RangedListing } from './ranged-listing.js';
import { translateError } from './translate-error.js';
import { WritePace } from './write-pace.js';

/** What one kind of state needs to be kept as objects. */
export interface ObjectKind<T, S> {
  /** Folder of the bucket, ends in `/`. */
  readonly prefix: string;
  /** What the object's metadata mirror, so that a listing need not read it. */
  summarize(value: T): S;
  /** Reads the metadata back. */
  fromMetadata(metadata: MirroredMetadata): S;
  /** Whether a JSON value is of this kind and version. */
  isReadable(value: T, id: string): boolean;
}

interface Listing {
  readonly items?: readonly {
    readonly name: string;
    readonly metadata?: Readonly<Record<string, string>>;
  }[];
  readonly nextPageToken?: string;
}

/** An object of the folder; without a summary when its metadata cannot be read. */
interface Entry<S> {
  readonly id: string;
  readonly summary?: S;
}

/** States as objects of a bucket, one each; the precondition on the generation is the lock. */
export class VersionedObjects<
  T extends { readonly id: string },
  S extends { readonly id: string },
> implements VersionedStore<T, S> {
  private readonly storage: Storage;
  private readonly pace = new WritePace();
  private readonly listing = new RangedListing<Entry<S>>((after, upTo, most) =>
    this.ask(after, upTo, most),
  );

  constructor(
    private readonly kind: ObjectKind<T, S>,
    private readonly auth: GoogleAuth,
    projectId: string,
    private readonly bucket: string,
    private readonly endpoints: GoogleEndpoints,
    /** Folder of the bucket that everything lies in, ends in `/`; empty = the bucket itself. */
    protected readonly root = '',
  ) {
    this.storage = makeStorage(auth, projectId, endpoints);
  }

  create(value: T) {
    return this.write(value, '0');
  }

  replace(value: T, version: string) {
    return this.write(value, version);
  }

  async read(id: string, known?: Versioned<T>): Promise<Versioned<T>> {
    const { text, generation } = await this.readObject(this.nameOf(id), id);
    if (generation === known?.version) return known;
    return { value: this.parse(text, id), version: generation };
  }

  async remove(id: string): Promise<void> {
    try {
      const file = this.storage.bucket(this.bucket).file(this.nameOf(id));
      await insistSlowly(() => file.delete({ ignoreNotFound: true }));
    } catch (error) {
      throw translateError(error, { missing: 'export-not-found', resource: id });
    }
  }

  restMs(id: string): number {
    return this.pace.restMs(this.nameOf(id));
  }

  async list({ pageSize = 1_000, pageToken }: PageRequest): Promise<ListedPage<S>> {
    const { items, nextPageToken } = await this.listing.page(pageSize, pageToken);
    const broken = items.filter(({ summary }) => summary === undefined).map(({ id }) => id);
    return {
      items: items.map(({ summary }) => summary).filter((summary) => summary !== undefined),
      ...(broken.length > 0 ? { unreadable: broken } : {}),
      nextPageToken,
    };
  }

  private async ask(
    after: string | undefined,
    upTo: string | undefined,
    most: number,
  ): Promise<Answer<Entry<S>>> {
    const query = new URLSearchParams({
      prefix: this.root + this.kind.prefix,
      maxResults: String(most),
      fields: 'items(name,metadata),nextPageToken',
      // What follows an object in order is its name with a space appended; the folder itself may be an object, too.
      startOffset: after ? `${this.nameOf(after)} ` : `${this.root}${this.kind.prefix} `,
      ...(upTo ? { endOffset: `${this.nameOf(upTo)} ` } : {}),
    });
    const response = await authorizedFetch(
      this.auth,
      `${this.objectsUrl()}?${query}`,
      {},
      { missing: 'bucket-not-found', resource: this.bucket },
    );
    const answer = (await response.json()) as Listing;
    const items = (answer.items ?? []).map(({ name, metadata = {} }) =>
      this.entryOf(name, metadata),
    );
    return { items, hasMore: Boolean(answer.nextPageToken) };
  }

  /** What the object's name and metadata say; whoever may write to the bucket may have made them. */
  private entryOf(name: string, metadata: Readonly<Record<string, string>>): Entry<S> {
    const id = name.slice(this.root.length + this.kind.prefix.length).replace(/\.json$/, '');
    try {
      const summary = this.kind.fromMetadata(new MirroredMetadata(metadata));
      return summary.id === id && name === this.nameOf(id) ? { id, summary } : { id };
    } catch (error) {
      if (error instanceof UnreadableMetadata || error instanceof URIError) return { id };
      throw error;
    }
  }

  protected async save(
    name: string,
    text: string,
    ifGeneration: string,
    metadata: Record<string, string>,
  ): Promise<string> {
    const file = this.storage.bucket(this.bucket).file(name);
    try {
      await this.pace.write(name, () =>
        insistSlowly(() =>
          file.save(text, {
            contentType: 'application/json',
            resumable: false,
            metadata: { cacheControl: 'no-store', metadata },
            preconditionOpts: { ifGenerationMatch: ifGeneration },
          }),
        ),
      );
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

  protected async readObject(
    name: string,
    id: string,
  ): Promise<{ text: string; generation: string }> {
    const url = `${this.objectsUrl()}/${encodeURIComponent(name)}?alt=media`;
    const { text, headers } = await authorizedText(
      this.auth,
      url,
      {},
      { missing: 'export-not-found', resource: id },
    );
    const generation = headers.get('x-goog-generation');
    if (!generation)
      throw new AppError(
        'upstream-unavailable',
        'Cloud Storage did not name the generation of a record.',
      );
    return { text, generation };
  }

  private async write(value: T, ifGeneration: string): Promise<Versioned<T>> {
    const version = await this.save(
      this.nameOf(value.id),
      JSON.stringify(value),
      ifGeneration,
      toMetadata(this.kind.summarize(value)),
    );
    return { value, version };
  }

  private objectsUrl(): string {
    const base = this.endpoints.storage ?? 'https://storage.googleapis.com';
    return `${base}/storage/v1/b/${encodeURIComponent(this.bucket)}/o`;
  }

  private nameOf(id: string): string {
    return `${this.root}${this.kind.prefix}${id}.json`;
  }

  private parse(text: string, id: string): T {
    const refuse = (why: string, cause?: unknown) =>
      new AppError('record-unreadable', `The record of ${id} ${why}.`, { resource: id }, { cause });
    let value: T;
    try {
      value = JSON.parse(text) as T;
    } catch (error) {
      throw refuse('is not JSON', error);
    }
    if (
      typeof value === 'object' &&
      value !== null &&
      value.id === id &&
      this.kind.isReadable(value, id)
    )
      return value;
    throw refuse('was written by another version of Outhaul');
  }
}

/** Cloud Storage keeps metadata as text; empty values are left out. */
function toMetadata(summary: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(summary)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, encodeURIComponent(String(value))]),
  );
}
