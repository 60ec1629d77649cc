import { type Route } from '../http/route.js';
import { type BatchDispatch, batchRoutes } from './batch-routes.js';
import { bucketRoutes } from './bucket-routes.js';
import { copyRoutes } from './copy-routes.js';
import { bucketIamRoutes } from './iam-routes.js';
import { objectRoutes } from './object-routes.js';
import { type StorageContext } from './storage-context.js';
import { uploadRoutes } from './upload-routes.js';
import { xmlRoutes } from './xml-routes.js';

/** All of Cloud Storage: the JSON API, uploads, batches and the XML paths of signed URLs. */
export const storageRoutes = (context: StorageContext, dispatch: BatchDispatch): Route[] => [
  ...bucketRoutes(context),
  ...bucketIamRoutes(context),
  ...objectRoutes(context),
  ...copyRoutes(context),
  ...uploadRoutes(context),
  ...batchRoutes(dispatch),
  ...xmlRoutes(context),
];
