export {
  defaultProjectId,
  type LocalCloud,
  type LocalCloudOptions,
  startLocalCloud,
} from './local-cloud.js';
