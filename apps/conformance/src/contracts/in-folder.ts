import { type JobSpec, type QuerySpec, type StoredFile, type WriteCondition } from '@outhaul/core';
import { type GoogleEndpoints, GoogleFileStore, GoogleWarehouse } from '@outhaul/google';
import { type GoogleAuth } from 'google-auth-library';
import { perQueryBytes } from '../budget.js';
import { mark } from '../run-id.js';

/** Cloud Storage with every name below one folder, so that a run’s exports go with its scratch. */
export class FolderFileStore extends GoogleFileStore {
  constructor(
    auth: GoogleAuth,
    project: string,
    private readonly places: GoogleEndpoints,
    private readonly folder: string,
  ) {
    super(auth, project, places);
  }

  override async list(bucket: string, prefix: string) {
    return (await super.list(bucket, this.folder + prefix)).map((file) => this.outside(file));
  }

  override async stat(bucket: string, name: string) {
    const file = await super.stat(bucket, this.folder + name);
    return file && this.outside(file);
  }

  override readText(bucket: string, name: string) {
    return super.readText(bucket, this.folder + name);
  }

  override openRead(
    file: { bucket: string; name: string; generation?: string },
    range?: { start: number; end?: number },
  ) {
    return super.openRead(this.inside(file), range);
  }

  override async writeStream(
    bucket: string,
    name: string,
    content: AsyncIterable<Uint8Array>,
    contentType: string,
    condition?: WriteCondition,
  ) {
    const inside = this.folder + name;
    return this.outside(await super.writeStream(bucket, inside, content, contentType, condition));
  }

  override async put(
    bucket: string,
    name: string,
    content: string | Uint8Array,
    contentType: string,
    condition?: WriteCondition,
  ) {
    const inside = this.folder + name;
    return this.outside(await super.put(bucket, inside, content, contentType, condition));
  }

  override async compose(
    bucket: string,
    sources: readonly StoredFile[],
    target: string,
    contentType: string,
    condition?: WriteCondition,
  ) {
    const parts = sources.map((source) => this.inside(source));
    const inside = this.folder + target;
    return this.outside(await super.compose(bucket, parts, inside, contentType, condition));
  }

  override remove(bucket: string, name: string) {
    return super.remove(bucket, this.folder + name);
  }

  override countRows(file: StoredFile, format: 'parquet' | 'avro') {
    return super.countRows(this.inside(file), format);
  }

  /** The plain address: a person’s own credentials sign nothing. */
  override async signUrl({ bucket, name }: { bucket: string; name: string }) {
    const base = this.places.storage ?? 'https://storage.googleapis.com';
    return `${base}/storage/v1/b/${bucket}/o/${encodeURIComponent(this.folder + name)}?alt=media`;
  }

  private inside<T extends { name: string }>(file: T): T {
    return { ...file, name: this.folder + file.name };
  }

  private outside(file: StoredFile): StoredFile {
    return { ...file, name: file.name.slice(this.folder.length) };
  }
}

/** BigQuery whose jobs read and write below that folder, too, and carry the run’s label. */
export class FolderWarehouse extends GoogleWarehouse {
  constructor(
    auth: GoogleAuth,
    project: string,
    places: GoogleEndpoints,
    private readonly place: {
      readonly bucket: string;
      readonly folder: string;
      readonly runId: string;
    },
  ) {
    super(auth, project, places);
  }

  override ensureJob(job: JobSpec) {
    const labels = { ...job.labels, [mark]: this.place.runId };
    const limit = job.kind === 'query' ? { maxBytesBilled: perQueryBytes } : {};
    return super.ensureJob(this.moved({ ...job, ...limit, labels }));
  }

  override dryRun(query: QuerySpec) {
    return super.dryRun(this.moved(query));
  }

  private moved<T>(spec: T): T {
    const { bucket, folder } = this.place;
    const text = JSON.stringify(spec);
    return JSON.parse(text.replaceAll(`gs://${bucket}/`, `gs://${bucket}/${folder}`)) as T;
  }
}
