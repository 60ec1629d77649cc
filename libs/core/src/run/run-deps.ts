import { type AuditSink } from '../audit/audit-event.js';
import { type FileStore } from '../ports/file-store.js';
import { type ExportSetStore, type RecordStore } from '../ports/record-store.js';
import { type Signer } from '../ports/signer.js';
import { type Surroundings } from '../ports/surroundings.js';
import { type Warehouse } from '../ports/warehouse.js';

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
  /** Key of sha256 masks, 32 to 64 ASCII characters; undefined: this service makes none. */
  readonly maskKey?: string;
  /** Signs manifests; undefined: they are not signed. */
  readonly signer?: Signer;
  /** Hears of errors that the export survives or fails by, for the log. */
  readonly onFault?: (error: unknown, id: string) => void;
}
