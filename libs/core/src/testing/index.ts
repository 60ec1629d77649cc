export * from './builders.js';
export { crc32cOf, FakeFileStore } from './fake-file-store.js';
export { FakeRecordStore, FakeVersionedStore } from './fake-record-store.js';
export { FakeWarehouse } from './fake-warehouse.js';
export { keepsFileStoreContract } from './file-store-contract.js';
export { keepsRecordStoreContract } from './record-store-contract.js';
export { type ExporterUnderTest, keepsExporterContract } from './exporter-contract.js';
export { keepsWarehouseContract, type WarehouseUnderTest } from './warehouse-contract.js';
export { cpuMs, yardstickMs } from './yardstick.js';
