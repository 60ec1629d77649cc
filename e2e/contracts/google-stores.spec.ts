import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepsFileStoreContract, keepsRecordStoreContract } from '@outhaul/core/testing';
import { GoogleFileStore, GoogleRecordStore, serviceAuth } from '@outhaul/google';
import { type LocalCloud, startLocalCloud } from '@outhaul/local-cloud';

/** Google's own client libraries against the local cloud keep what core's fakes keep. */
const project = 'outhaul-local';
const dataDir = mkdtempSync(join(tmpdir(), 'outhaul-contracts-'));

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startLocalCloud({ dataDir });
});
afterAll(async () => {
  await cloud.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const auth = () => serviceAuth(join(dataDir, 'service-account.json'));

describe('GoogleRecordStore', () => {
  let bucket = 0;
  keepsRecordStoreContract(async () => {
    const name = `records-${(bucket += 1)}`;
    await fetch(`${cloud.url}/storage/v1/b?project=${project}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name }),
    });
    return new GoogleRecordStore(auth(), project, name, { storage: cloud.url });
  });
});

describe('GoogleFileStore', () =>
  keepsFileStoreContract(async () => ({
    store: new GoogleFileStore(auth(), project, { storage: cloud.url }),
    bucket: 'outhaul-local-files',
  })));
