import { contractArea } from '../contracts/contract-area.js';
import { type Area } from '../probe.js';
import { access } from './access.js';
import { doorArea } from './doors.js';
import { files } from './files.js';
import { instants } from './instants.js';
import { jobs } from './jobs.js';
import { partitionFilter } from './partition-filter.js';
import { rowPolicies } from './row-policies.js';
import { statements } from './statements.js';
import { storage } from './storage.js';
import { streams } from './streams.js';
import { tasks } from './tasks.js';

/** Every question, in the order in which they are told. */
export const allAreas: readonly Area[] = [
  jobs,
  instants,
  rowPolicies,
  partitionFilter,
  statements,
  files,
  streams,
  storage,
  access,
  tasks,
  doorArea,
  contractArea,
];
