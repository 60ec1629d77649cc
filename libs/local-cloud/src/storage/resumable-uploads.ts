import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chunksOf } from '../http/read-body.js';
import { RunningChecksums } from './checksums.js';
import { type ExpectedChecksums } from './receive-bytes.js';
import { type Preconditions } from './preconditions.js';
import { type ObjectAttributes } from './object-record.js';

/** What was said when the upload began; kept on disk beside its bytes. */
export interface UploadIntent {
  readonly bucket: string;
  readonly name: string;
  readonly attributes: ObjectAttributes;
  readonly storageClass?: string;
  readonly preconditions: Preconditions;
  readonly checksums: ExpectedChecksums;
  /** Length announced at the start, if any. */
  readonly announcedBytes?: number;
  readonly owner: string;
}

/** An upload under way, or finished. */
export interface UploadSession {
  readonly id: string;
  readonly intent: UploadIntent;
  readonly checksums: RunningChecksums;
  /** Set once the object exists: a repeated last request gets the same answer. */
  finished?: { readonly generation: number };
  /** One writer at a time; the others wait. */
  busy: Promise<void>;
}

/** Resumable uploads: their bytes survive a restart of the process. */
export class ResumableUploads {
  readonly #sessions = new Map<string, UploadSession>();

  private constructor(private readonly folder: string) {}

  static async open(folder: string): Promise<ResumableUploads> {
    await mkdir(folder, { recursive: true });
    return new ResumableUploads(folder);
  }

  async begin(intent: UploadIntent): Promise<UploadSession> {
    const id = randomBytes(24).toString('hex');
    await writeFile(this.pathOf(id), '');
    await writeFile(this.#intentPath(id), JSON.stringify(intent));
    return this.#remember(id, intent, new RunningChecksums());
  }

  /** The session, read back from disk after a restart; undefined when there is none. */
  async find(id: string): Promise<UploadSession | undefined> {
    const known = this.#sessions.get(id);
    if (known || !/^[0-9a-f]{48}$/.test(id)) return known;
    const text = await readFile(this.#intentPath(id), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    const checksums = new RunningChecksums();
    for await (const chunk of createReadStream(this.pathOf(id)) as AsyncIterable<Buffer>)
      checksums.update(chunk);
    return (
      this.#sessions.get(id) ?? this.#remember(id, JSON.parse(text) as UploadIntent, checksums)
    );
  }

  /** Path of the bytes received so far. */
  pathOf(id: string): string {
    return join(this.folder, `${id}.part`);
  }

  /**
   * Appends bytes until the source ends or breaks; what arrived stays. At most `maxBytes` are taken. Returns how many
   * bytes the source held beyond them (at least).
   */
  async append(
    session: UploadSession,
    source: AsyncIterable<Buffer>,
    skipBytes: number,
    maxBytes: number,
  ): Promise<number> {
    let skip = skipBytes;
    let room = maxBytes;
    const handle = await open(this.pathOf(session.id), 'a');
    try {
      for await (const chunk of chunksOf(source)) {
        const fresh = chunk.subarray(Math.min(skip, chunk.length));
        skip -= chunk.length - fresh.length;
        const taken = fresh.subarray(0, room);
        if (taken.length > 0) await appendChunk(handle, taken, session.checksums);
        room -= taken.length;
        if (taken.length < fresh.length) return fresh.length - taken.length;
      }
      return 0;
    } finally {
      await handle.datasync();
      await handle.close();
    }
  }

  /** Hands the finished bytes over: moves them to `path`. */
  async release(session: UploadSession, path: string): Promise<void> {
    await rename(this.pathOf(session.id), path);
  }

  /** Notes the outcome; the session answers repeats as long as the process lives. */
  async finish(session: UploadSession, generation: number): Promise<void> {
    session.finished = { generation };
    await rm(this.#intentPath(session.id), { force: true });
  }

  async abandon(session: UploadSession): Promise<void> {
    this.#sessions.delete(session.id);
    await rm(this.#intentPath(session.id), { force: true });
    await rm(this.pathOf(session.id), { force: true });
  }

  #intentPath(id: string): string {
    return join(this.folder, `${id}.json`);
  }

  #remember(id: string, intent: UploadIntent, checksums: RunningChecksums): UploadSession {
    const session: UploadSession = { id, intent, checksums, busy: Promise.resolve() };
    this.#sessions.set(id, session);
    return session;
  }
}

async function appendChunk(
  handle: FileHandle,
  chunk: Buffer,
  checksums: RunningChecksums,
): Promise<void> {
  try {
    await handle.appendFile(chunk);
  } catch (error) {
    // A full disk may have taken a part of it.
    await handle.truncate(checksums.sizeBytes);
    throw error;
  }
  checksums.update(chunk);
}
