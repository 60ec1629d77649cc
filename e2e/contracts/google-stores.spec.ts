import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  keepsFileStoreContract,
  keepsRecordStoreContract,
  keepsWarehouseContract,
} from '@outhaul/core/testing';
import { GoogleFileStore, GoogleRecordStore, GoogleWarehouse, serviceAuth } from '@outhaul/google';
import { type LocalCloud, startLocalCloud } from '@outhaul/local-cloud';

/** Google's own client libraries against the local cloud keep what core's fakes keep. */
const project = 'outhaul-local';
const dataDir = mkdtempSync(join(tmpdir(), 'outhaul-contracts-'));

let cloud: LocalCloud;
beforeAll(async () => {
  // As strict as Cloud Storage may be: one write a second of each object, and no more of a chunk kept than its smallest unit.
  cloud = await startLocalCloud({ dataDir, writeLimit: true, keptUploadBytes: 256 * 1024 });
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

describe('GoogleWarehouse', () => {
  let jobs = 0;
  beforeAll(async () => {
    const dataset = { datasetReference: { projectId: project, datasetId: 'shop' } };
    await fetch(`${cloud.url}/bigquery/v2/projects/${project}/datasets`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(dataset),
    });
    const load = `${cloud.url}/_local/load?name=orders.csv&table=shop.orders`;
    await fetch(load, {
      method: 'POST',
      headers: { 'Content-Type': 'application/octet-stream' },
      body: 'id\n1\n2\n3\n',
    });
  });
  keepsWarehouseContract(async () => ({
    warehouse: new GoogleWarehouse(auth(), project, { bigquery: cloud.url, storage: cloud.url }),
    table: { project, dataset: 'shop', table: 'orders' },
    ...{ rows: 3, location: 'US', folder: 'gs://outhaul-local-files/contract/' },
    newJobId: () => `contract_${(jobs += 1)}`,
    pass: () => new Promise((resolve) => setTimeout(resolve, 20)),
  }));
});
