import {
  type AuditSink,
  type Exporter,
  type ExporterDeps,
  makeExporter,
  type StoredFile,
  type Warehouse,
} from '@outhaul/core';
import { type GoogleAuth } from 'google-auth-library';
import { GoogleExportSetStore } from './google-export-set-store.js';
import { GoogleFileStore, mediaUrl } from './google-file-store.js';
import { GoogleRecordStore } from './google-record-store.js';
import { type GoogleEndpoints, GoogleWarehouse } from './google-warehouse.js';
import { markedStore, type OwnMark } from './marked-store.js';
import { maskKeysOf } from './mask-keys.js';
import { nodeSurroundings } from './node-surroundings.js';

/** What somebody's own exports need when there is no service. */
export interface DirectPlace {
  /** Whose jobs they are, and where a table is that names no project. */
  readonly project: string;
  /** Their own bucket: files below `exports/`, records below `outhaul-records/`. */
  readonly bucket: string;
  readonly endpoints: GoogleEndpoints;
  readonly pricePerTib: number;
  readonly currency: string;
  readonly maskKey?: string;
  /** Marks the records as this person's own: others may write in the bucket, too, and a record says what is run next. */
  readonly mark: OwnMark;
}

const recordsFolder = 'outhaul-records/';

/**
 * The facade without a service: whatever it does, it does as the one person whose `auth` this is. There is no second
 * identity that could do more than they may.
 */
export function makeDirectExporter(
  auth: GoogleAuth,
  place: DirectPlace,
  audit: AuditSink,
  onFault?: ExporterDeps['onFault'],
): { readonly exporter: Exporter; readonly warehouse: Warehouse } {
  const { project, bucket, endpoints, pricePerTib, currency, maskKey, mark } = place;
  const warehouse = new GoogleWarehouse(auth, project, endpoints);
  const records = new GoogleRecordStore(auth, project, bucket, endpoints, recordsFolder);
  const sets = new GoogleExportSetStore(auth, project, bucket, endpoints, recordsFolder);
  const exporter = makeExporter({
    records: {
      ...markedStore(records, mark),
      claimKey: (owner, key, claim) => records.claimKey(owner, key, claim),
    },
    sets: markedStore(sets, mark),
    files: new OwnFileStore(auth, project, endpoints),
    service: warehouse,
    serviceProject: project,
    maskKeys: maskKey === undefined ? undefined : maskKeysOf(maskKey),
    surroundings: nodeSurroundings,
    settings: {
      defaultProject: project,
      filesBuckets: [bucket],
      pricePerTib,
      currency,
      // The addresses hold no signature that could end; what ends is the token that is shown with them.
      urlLifetimeMs: 3_600_000,
    },
    audit,
    onFault,
  });
  return { exporter, warehouse };
}

/** People's own credentials cannot sign: instead of a signed URL there is the plain address, for which they show their token. */
class OwnFileStore extends GoogleFileStore {
  constructor(
    auth: GoogleAuth,
    project: string,
    private readonly places: GoogleEndpoints,
  ) {
    super(auth, project, places);
  }

  override async signUrl(file: Pick<StoredFile, 'bucket' | 'name' | 'generation'>) {
    return mediaUrl(this.places, file);
  }
}
