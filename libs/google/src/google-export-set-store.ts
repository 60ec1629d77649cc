import {
  type ExportSetRecord,
  exportSetStates,
  type ExportSetStore,
  type ExportSetSummary,
  isExportSetRecord,
  summaryOfSet,
} from '@outhaul/core';
import { type GoogleAuth } from 'google-auth-library';
import { type GoogleEndpoints } from './google-warehouse.js';
import { type ObjectKind, VersionedObjects } from './versioned-objects.js';

/** The records of sets of exports, beside those of the exports. */
export class GoogleExportSetStore
  extends VersionedObjects<ExportSetRecord, ExportSetSummary>
  implements ExportSetStore
{
  constructor(
    auth: GoogleAuth,
    projectId: string,
    bucket: string,
    endpoints: GoogleEndpoints,
    root?: string,
  ) {
    super(setRecords, auth, projectId, bucket, endpoints, root);
  }
}

const setRecords: ObjectKind<ExportSetRecord, ExportSetSummary> = {
  prefix: 'export-sets/',
  summarize: summaryOfSet,
  isReadable: isExportSetRecord,
  fromMetadata: (metadata) => ({
    id: metadata.required('id'),
    owner: metadata.required('owner'),
    state: metadata.oneOf('state', exportSetStates),
    createdAt: metadata.instant('createdAt') ?? '',
    source: metadata.text('source') ?? '',
    format: metadata.text('format') ?? '',
    label: metadata.text('label'),
    finishedAt: metadata.instant('finishedAt'),
    tables: metadata.count('tables') ?? 0,
    succeeded: metadata.count('succeeded') ?? 0,
    failed: metadata.count('failed') ?? 0,
    rows: metadata.count('rows') ?? 0,
    files: metadata.count('files') ?? 0,
    bytes: metadata.count('bytes') ?? 0,
  }),
};
