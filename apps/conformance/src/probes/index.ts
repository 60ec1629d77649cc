import { type Area } from '../probe.js';
import { contractArea } from '../contracts/contract-area.js';
import { instants } from './instants.js';
import { jobs } from './jobs.js';
import { partitionFilter } from './partition-filter.js';
import { rowPolicies } from './row-policies.js';
import { storage } from './storage.js';

/** Every question, in the order in which they are told. */
export const allAreas: readonly Area[] = [
  jobs,
  instants,
  rowPolicies,
  partitionFilter,
  storage,
  contractArea,
];
