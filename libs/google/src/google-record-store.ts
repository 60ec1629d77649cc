import {
  AppError,
  type ExportRecord,
  exportStates,
  isAppError,
  isExportId,
  isExportRecord,
  isExportSetId,
  type KeyClaim,
  type RecordStore,
  type RecordSummary,
  summaryOf,
} from '@outhaul/core';
import { createHash } from 'node:crypto';
import { type GoogleAuth } from 'google-auth-library';
import { type GoogleEndpoints } from './google-warehouse.js';
import { type ObjectKind, VersionedObjects } from './versioned-objects.js';

/** The exports' records, and the keys that are bound to them. */
export class GoogleRecordStore
  extends VersionedObjects<ExportRecord, RecordSummary>
  implements RecordStore
{
  constructor(
    auth: GoogleAuth,
    projectId: string,
    bucket: string,
    endpoints: GoogleEndpoints,
    root?: string,
  ) {
    super(exportRecords, auth, projectId, bucket, endpoints, root);
  }

  async claimKey(owner: string, key: string, claim: KeyClaim): Promise<KeyClaim> {
    const name = `${this.root}keys/${createHash('sha256').update(`${owner}\n${key}`).digest('hex')}.json`;
    try {
      await this.save(name, JSON.stringify(claim), '0', {});
      return claim;
    } catch (error) {
      if (!isAppError(error, 'record-conflict')) throw error;
      return parseClaim((await this.readObject(name, name)).text, name);
    }
  }
}

function parseClaim(text: string, name: string): KeyClaim {
  const unreadable = (cause?: unknown) =>
    new AppError(
      'record-unreadable',
      'What your Idempotency-Key is bound to cannot be read.',
      { resource: name, fix: 'Use a new key.' },
      { cause },
    );
  let found: Partial<KeyClaim> | null;
  try {
    found = JSON.parse(text) as Partial<KeyClaim> | null;
  } catch (error) {
    throw unreadable(error);
  }
  const { id, requestDigest } = found ?? {};
  if (typeof id !== 'string' || typeof requestDigest !== 'string') throw unreadable();
  if (!isExportId(id) && !isExportSetId(id)) throw unreadable();
  return { id, requestDigest };
}

const exportRecords: ObjectKind<ExportRecord, RecordSummary> = {
  prefix: 'exports/',
  summarize: summaryOf,
  isReadable: isExportRecord,
  fromMetadata: (metadata) => ({
    id: metadata.required('id'),
    owner: metadata.required('owner'),
    state: metadata.oneOf('state', exportStates),
    createdAt: metadata.instant('createdAt') ?? '',
    source: metadata.text('source') ?? '',
    format: metadata.text('format') ?? '',
    label: metadata.text('label'),
    set: metadata.text('set'),
    finishedAt: metadata.instant('finishedAt'),
    rows: metadata.count('rows'),
    files: metadata.count('files'),
    bytes: metadata.count('bytes'),
    errorCode: metadata.text('errorCode'),
    extractBytes: metadata.count('extractBytes'),
    billingProject: metadata.text('billingProject'),
    reads: metadata.text('reads'),
    cleanAt: metadata.instant('cleanAt'),
    filesRemovedAt: metadata.instant('filesRemovedAt'),
  }),
};
