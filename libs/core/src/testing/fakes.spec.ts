import { FakeFileStore } from './fake-file-store.js';
import { FakeRecordStore } from './fake-record-store.js';
import { keepsFileStoreContract } from './file-store-contract.js';
import { keepsRecordStoreContract } from './record-store-contract.js';

describe('FakeRecordStore', () => keepsRecordStoreContract(async () => new FakeRecordStore()));
describe('FakeFileStore', () =>
  keepsFileStoreContract(async () => ({ store: new FakeFileStore(), bucket: 'files' })));
