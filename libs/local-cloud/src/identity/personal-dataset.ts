import { createHash } from 'node:crypto';
import { type ResourceName } from './caller.js';

/**
 * The hidden dataset that holds the results of a person's queries. They may hold what policies keep from others, so that
 * nobody else reads them, whatever roles they hold.
 */
export const personalDataset = (email: string): string =>
  `_${createHash('sha1').update(email).digest('hex')}`;

export const isPersonalDataset = (datasetId: string): boolean => /^_[0-9a-f]{40}$/.test(datasetId);

/** Whether a resource lies in the personal dataset of `email` (true) or of another (false); undefined when in nobody’s. */
export function isPersonalTo(email: string, resource: ResourceName): boolean | undefined {
  const [, datasetId = ''] = /^projects\/[^/]+\/datasets\/([^/]+)/.exec(resource) ?? [];
  return isPersonalDataset(datasetId) ? datasetId === personalDataset(email) : undefined;
}
