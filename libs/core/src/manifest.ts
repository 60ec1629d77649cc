import { type ExportRequest } from './request/export-request.js';
import { type Field } from './schema.js';

/** The bill of lading beside the files. */
export interface Manifest {
  readonly version: 1;
  readonly exportId: string;
  readonly createdAt: string;
  /** E-mail address of whoever asked. */
  readonly owner: string;
  /** What was asked for. */
  readonly request: ExportRequest;
  readonly source: {
    readonly table?: string;
    readonly sql?: string;
    readonly etag?: string;
    readonly asOf: string;
    /** Whether the rows are those of `asOf`; otherwise they were read when the export ran. */
    readonly pinned: boolean;
    readonly partition?: string;
    readonly rows: number;
  };
  readonly engine: 'extract' | 'query';
  readonly jobs: readonly string[];
  readonly format: string;
  readonly compression: string;
  readonly schema: readonly Field[];
  readonly maskedColumns: readonly string[];
  readonly verified: {
    readonly how: 'rows' | 'fingerprint';
    readonly sourceRows: number;
    readonly fileRows: number;
    readonly by: string;
    readonly sourceFingerprint?: string;
    readonly fileFingerprint?: string;
  };
  readonly totals: { readonly files: number; readonly rows: number; readonly sizeBytes: number };
  readonly files: readonly ManifestFile[];
}

export interface ManifestFile {
  /** Relative to the export's prefix. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Base64 of the big-endian CRC32C. */
  readonly crc32c: string;
  readonly generation: string;
  /** Where it can be known. */
  readonly rows?: number;
}
