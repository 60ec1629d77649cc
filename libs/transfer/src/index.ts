export { combineCrc32c, crc32c, decodeCrc32c, encodeCrc32c } from './crc32c.js';
export {
  downloadFiles,
  type FileResult,
  type TransferOptions,
  type TransferReport,
} from './download-files.js';
export { type PlannedName, planNames, showName } from './plan-names.js';
export { type FileStanding, type TransferProgress } from './progress.js';
export { type RemoteFile } from './remote-file.js';
export { TransferError, type TransferErrorCode, transferErrorCodes } from './transfer-error.js';
export { type ProxySettings } from './undici-reader.js';
export { type FileVerdict, verifyFile } from './verify-file.js';
