import {
  type ExportSetRecord,
  type ExportSetStore,
  type ExportSetSummary,
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
  isReadable: ({ version, members }) => version === 1 && Array.isArray(members),
  fromMetadata(text) {
    const number = (key: string) => Number(text(key) ?? 0);
    return {
      id: text('id') ?? '',
      owner: text('owner') ?? '',
      state: (text('state') ?? 'failed') as ExportSetSummary['state'],
      createdAt: text('createdAt') ?? '',
      source: text('source') ?? '',
      format: text('format') ?? '',
      label: text('label'),
      finishedAt: text('finishedAt'),
      tables: number('tables'),
      succeeded: number('succeeded'),
      failed: number('failed'),
      rows: number('rows'),
      files: number('files'),
      bytes: number('bytes'),
    };
  },
};
