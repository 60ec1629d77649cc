import {
  type ExportRecord,
  isAppError,
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
      return JSON.parse((await this.readObject(name, name)).text) as KeyClaim;
    }
  }
}

const exportRecords: ObjectKind<ExportRecord, RecordSummary> = {
  prefix: 'exports/',
  summarize: summaryOf,
  isReadable: ({ version, steps }) => version === 1 && Array.isArray(steps),
  fromMetadata(text) {
    const number = (key: string) => (text(key) === undefined ? undefined : Number(text(key)));
    return {
      id: text('id') ?? '',
      owner: text('owner') ?? '',
      state: (text('state') ?? 'failed') as RecordSummary['state'],
      createdAt: text('createdAt') ?? '',
      source: text('source') ?? '',
      format: text('format') ?? '',
      label: text('label'),
      set: text('set'),
      finishedAt: text('finishedAt'),
      rows: number('rows'),
      files: number('files'),
      bytes: number('bytes'),
      errorCode: text('errorCode'),
      extractBytes: number('extractBytes'),
      billingProject: text('billingProject'),
      cleanAt: text('cleanAt'),
      filesRemovedAt: text('filesRemovedAt'),
    };
  },
};
