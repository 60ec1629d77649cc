export { callerAuth, serviceAuth } from './credentials.js';
export { GoogleAuditStore } from './google-audit-store.js';
export { GoogleFileStore } from './google-file-store.js';
export { GoogleExportSetStore } from './google-export-set-store.js';
export { GoogleRecordStore } from './google-record-store.js';
export { GoogleTaskQueue, type TaskTarget } from './google-task-queue.js';
export { type GoogleEndpoints, GoogleWarehouse } from './google-warehouse.js';
export { nodeSurroundings } from './node-surroundings.js';
export { askTokenInfo, type TokenFacts } from './token-info.js';
