import { type AuditSink } from '../audit/audit-event.js';
import { type FileStore } from '../ports/file-store.js';
import { type ExportSetStore, type RecordStore } from '../ports/record-store.js';
import { type Signer } from '../ports/signer.js';
import { type Surroundings } from '../ports/surroundings.js';
import { type MaskKeys, type Warehouse } from '../ports/warehouse.js';

/** What running an export needs from outside. */
export interface RunDeps {
  readonly records: RecordStore;
  readonly sets: ExportSetStore;
  readonly files: FileStore;
  /** BigQuery with the service's own account. */
  readonly service: Warehouse;
  readonly serviceProject: string;
  readonly surroundings: Surroundings;
  readonly audit: AuditSink;
  /** Keys of sha256 masks; undefined: this service makes none. */
  readonly maskKeys?: MaskKeys;
  /** Signs manifests; undefined: they are not signed. */
  readonly signer?: Signer;
  /** Hears of errors that the export survives or fails by, for the log. */
  readonly onFault?: (error: unknown, id: string) => void;
}
