import { type ExportRequest } from '@outhaul/core';
import { SeededRandom } from './seeded-random';

/** What goes wrong at the n-th request that the service's instances make, counted from 1. */
export type Fault = { readonly at: number } & (
  | { readonly kind: 'kill-before' | 'kill-after' | 'lost-reply' | 'reset' | 'duplicate' }
  /** So many requests in a row are answered with 503. */
  | { readonly kind: 'storm'; readonly requests: number }
  /** The request is held this long while another instance takes over; then it arrives all the same. */
  | { readonly kind: 'stall'; readonly ms: number }
  /** The owner's token is refused from here on, until they come back with a new one. */
  | { readonly kind: 'expire'; readonly callsWithout: number }
  /** A shard is deleted as soon as there is one, as a lifecycle rule of the bucket might. */
  | { readonly kind: 'shard-lost' }
);

export interface Schedule {
  readonly seed: number;
  readonly request: Omit<ExportRequest, 'source'> & { readonly table: string };
  readonly faults: readonly Fault[];
  /** How many instances advance the export at once. */
  readonly instances: 1 | 2;
  /** The export is cancelled at this call of `advance`. */
  readonly cancelAtCall?: number;
}

const requests: readonly Schedule['request'][] = [
  { table: 'few', format: 'parquet' },
  { table: 'few', format: 'parquet', fileName: '{table}-{part}-of-{of}' },
  { table: 'few', format: 'csv' },
  { table: 'few', format: 'csv', targetFileBytes: 1_000_000 },
  { table: 'few', format: 'csv', shape: 'single', compression: 'gzip' },
  { table: 'few', format: 'csv', shape: 'single' },
  { table: 'many', format: 'csv', shape: 'single', compression: 'gzip' },
  { table: 'few', format: 'jsonl', shape: 'single' },
  { table: 'few', format: 'jsonl', compression: 'gzip' },
  { table: 'few', format: 'xlsx', rowsPerFile: 900 },
];

/** About how many requests an export makes, so that faults fall into all of it. */
const requestsOfExport = 55;

/** Draws the n-th schedule; the same seed gives the same. */
export function drawSchedule(seed: number): Schedule {
  const random = new SeededRandom(seed);
  const faults = Array.from({ length: random.pick([1, 1, 1, 2, 2, 3]) }, () => drawFault(random));
  return {
    seed,
    request: random.pick(requests),
    faults,
    instances: random.chance(0.35) ? 2 : 1,
    cancelAtCall: random.chance(0.15) ? random.between(1, 9) : undefined,
  };
}

function drawFault(random: SeededRandom): Fault {
  const at = random.between(1, requestsOfExport);
  const kind = random.pick([
    'kill-before',
    'kill-before',
    'kill-after',
    'kill-after',
    'lost-reply',
    'reset',
    'duplicate',
    'storm',
    'stall',
    'expire',
    'shard-lost',
  ] as const);
  switch (kind) {
    case 'storm':
      return { at, kind, requests: random.between(2, 10) };
    case 'stall':
      return { at, kind, ms: random.between(50, 900) };
    case 'expire':
      return { at, kind, callsWithout: random.between(1, 4) };
    default:
      return { at, kind };
  }
}
