import { CloudError } from '../http/cloud-error.js';

export const noSuchBucket = (): CloudError =>
  new CloudError(404, 'notFound', 'The specified bucket does not exist.');

export const noSuchObject = (bucket: string, name: string): CloudError =>
  new CloudError(404, 'notFound', `No such object: ${bucket}/${name}`);

export const preconditionFailed = (): CloudError =>
  new CloudError(
    412,
    'conditionNotMet',
    'At least one of the pre-conditions you specified did not hold.',
    { locationType: 'header', location: 'If-Match' },
  );

export const invalid = (message: string, reason = 'invalid'): CloudError =>
  new CloudError(400, reason, message);

export const required = (what: string): CloudError =>
  new CloudError(400, 'required', `Required parameter: ${what}`, {
    locationType: 'parameter',
    location: what,
  });
