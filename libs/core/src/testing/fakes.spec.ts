import { aBench, aRequest, aTable } from './builders.js';
import { keepsExporterContract } from './exporter-contract.js';
import { FakeFileStore } from './fake-file-store.js';
import { FakeRecordStore } from './fake-record-store.js';
import { keepsFileStoreContract } from './file-store-contract.js';
import { keepsRecordStoreContract } from './record-store-contract.js';
import { keepsWarehouseContract } from './warehouse-contract.js';

describe('FakeRecordStore', () => keepsRecordStoreContract(async () => new FakeRecordStore()));
describe('FakeFileStore', () =>
  keepsFileStoreContract(async () => ({ store: new FakeFileStore(), bucket: 'files' })));
describe('FakeWarehouse', () => {
  let jobs = 0;
  keepsWarehouseContract(async () => {
    const { warehouse } = aBench();
    return {
      warehouse,
      table: aTable().ref,
      ...{ rows: 7, location: 'US', folder: 'gs://files/contract/' },
      newJobId: () => `contract_${(jobs += 1)}`,
      pass: async () => undefined,
    };
  });
});
describe('the Exporter over fakes', () =>
  keepsExporterContract(async () => {
    const bench = aBench();
    const { exporter, owner, stranger, surroundings } = bench;
    const request = aRequest();
    return {
      ...{ exporter, owner, stranger, request, rows: 7 },
      pass: async () => void (surroundings.now += 10_000),
    };
  }));
