import { createHash } from 'node:crypto';
import { type ResourceName } from './caller.js';

/**
 * The hidden dataset that holds the results of a person's queries. They may hold what policies keep from others, so that
 * nobody else reads them, whatever roles they hold.
 */
export const personalDataset = (email: string): string =>
  `_${createHash('sha1').update(email).digest('hex')}`;

/** The hidden dataset that holds the temporary tables of a person's scripts in one location. */
export const scriptDataset = (email: string, location: string): string =>
  `_script${personalDataset(email)}_${location.toLowerCase().replaceAll('-', '_')}`;

export const isPersonalDataset = (datasetId: string): boolean => personOf(datasetId) !== undefined;

/** The part of a personal dataset's name that stands for its person. */
const personOf = (datasetId: string): string | undefined =>
  /^(?:_script)?(_[0-9a-f]{40})(?:_[a-z0-9_]+)?$/.exec(datasetId)?.[1];

/** Whether a resource lies in the personal dataset of `email` (true) or of another (false); undefined when in nobody’s. */
export function isPersonalTo(email: string, resource: ResourceName): boolean | undefined {
  const [, datasetId = ''] = /^projects\/[^/]+\/datasets\/([^/]+)/.exec(resource) ?? [];
  const person = personOf(datasetId);
  return person === undefined ? undefined : person === personalDataset(email);
}
