import { type ExportRequest, stepKinds } from '@outhaul/core';
import { SeededRandom } from './seeded-random';

/** What an export is at: being accepted, or one of its steps. */
export const phases = ['start', ...stepKinds] as const;
export type Phase = (typeof phases)[number];

/** `boundary`: the record is written, which ends one step or begins the next. `middle`: anything else of the step. */
export const places = ['boundary', 'middle'] as const;
export type Place = (typeof places)[number];

/** What can go wrong anywhere. */
export const kindsAnywhere = [
  'kill-before',
  'kill-after',
  'lost-reply',
  'reset',
  'duplicate',
  'storm',
  'stall',
  'expire',
] as const;

/** When a fault comes: at the n-th request of all, counted from 1, or at one of a phase, after `skip` others of it. */
export type Moment =
  { readonly at: number } | { readonly phase: Phase; readonly place: Place; readonly skip: number };

/** What goes wrong at a request that the service's instances make. */
export type Fault = { readonly when: Moment } & (
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
  /** Each step is put on record by itself, as if it had taken a second, instead of together with the next ones. */
  readonly recordsEachStep: boolean;
  /** The export is cancelled at this call of `advance`. */
  readonly cancelAtCall?: number;
}

const columns = [{ name: 'id' }, { name: 'name', mask: { kind: 'keep-first', count: 1 } } as const];

const requests: readonly Schedule['request'][] = [
  { table: 'few', format: 'parquet' },
  { table: 'few', format: 'parquet', fileName: '{table}-{part}-of-{of}' },
  { table: 'few', format: 'parquet', columns, verify: 'fingerprint' },
  { table: 'few', format: 'avro', compression: 'deflate' },
  { table: 'few', format: 'csv' },
  { table: 'few', format: 'csv', targetFileBytes: 1_000_000 },
  { table: 'few', format: 'csv', shape: 'single', compression: 'gzip', verify: 'fingerprint' },
  { table: 'few', format: 'csv', shape: 'single', columns },
  { table: 'few', format: 'csv', shape: 'single' },
  { table: 'many', format: 'csv', shape: 'single', compression: 'gzip' },
  { table: 'few', format: 'jsonl', shape: 'single' },
  { table: 'few', format: 'jsonl', compression: 'gzip', columns },
  { table: 'few', format: 'xlsx', rowsPerFile: 900 },
];

/** About how many requests an export makes, so that faults fall into all of it. */
const requestsOfExport = 55;

/** Every fault that can come anywhere, at the boundaries and in the middle of every step. */
export const everyAim = phases.flatMap((phase) =>
  places.flatMap((place) => kindsAnywhere.map((kind) => ({ phase, place, kind }))),
);

export const aimName = ({ phase, place, kind }: (typeof everyAim)[number]): string =>
  `${kind} ${place === 'boundary' ? 'at a boundary' : 'in the middle'} of ${phase}`;

/**
 * Draws the n-th schedule; the same seed gives the same. Its first fault is the n-th of all aims, so that so many schedules
 * as there are aims meet each once; what else goes wrong is left to chance.
 */
export function drawSchedule(seed: number): Schedule {
  const random = new SeededRandom(seed);
  const { phase, place, kind } = everyAim[seed % everyAim.length] as (typeof everyAim)[number];
  const skip = random.pick(place === 'boundary' ? [0, 0, 1] : [0, 0, 0, 1, 2, 4]);
  const first = makeFault(random, kind, { phase, place, skip });
  const others = Array.from({ length: random.pick([0, 0, 0, 1, 1, 2]) }, () => drawFault(random));
  return {
    seed,
    request: random.pick(requests.filter((request) => phasesOf(request).includes(phase))),
    faults: [first, ...others],
    instances: random.chance(0.35) ? 2 : 1,
    // Only then is the record written at each boundary.
    recordsEachStep: place === 'boundary' ? random.chance(0.8) : random.chance(0.3),
    cancelAtCall: random.chance(0.15) ? random.between(1, 9) : undefined,
  };
}

/** The phases that an export of this request goes through, as its plan says; the spec holds them against it. */
export function phasesOf(request: Schedule['request']): readonly Phase[] {
  const { format, shape, targetFileBytes, fileName } = request;
  const isNamedByUs = shape === 'single' || targetFileBytes !== undefined || fileName !== undefined;
  return [
    'start',
    request.columns ? 'materialize' : 'extract',
    'verify',
    ...(format === 'xlsx' ? (['convert'] as const) : isNamedByUs ? (['compose'] as const) : []),
    'seal',
  ];
}

function drawFault(random: SeededRandom): Fault {
  const kind = random.pick([...kindsAnywhere, 'kill-before', 'kill-after', 'shard-lost'] as const);
  return makeFault(random, kind, { at: random.between(1, requestsOfExport) });
}

function makeFault(random: SeededRandom, kind: Fault['kind'], when: Moment): Fault {
  switch (kind) {
    case 'storm':
      return { when, kind, requests: random.between(2, 10) };
    case 'stall':
      return { when, kind, ms: random.between(50, 900) };
    case 'expire':
      return { when, kind, callsWithout: random.between(1, 4) };
    default:
      return { when, kind };
  }
}
