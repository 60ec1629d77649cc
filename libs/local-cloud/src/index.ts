export {
  defaultProjectId,
  type LocalCloud,
  type LocalCloudOptions,
  type OpenIdClient,
  startLocalCloud,
} from './local-cloud.js';
