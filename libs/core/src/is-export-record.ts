import { z } from 'zod';
import { stepKinds } from './plan/plan.js';
import { type ExportRecord } from './record.js';
import { type ExportSetRecord, memberStates } from './sets/set-record.js';

const text = z.string();
const instant = text.refine((value) => !Number.isNaN(Date.parse(value)));
const count = z.number().int().nonnegative();
const error = z.looseObject({ code: text, message: text });

/** What is read of a record without asking whether it is there; the rest may come and go with versions. */
const exportRecord = z.looseObject({
  version: z.literal(1),
  id: text,
  revision: count,
  owner: text,
  createdAt: instant,
  attempt: count,
  request: z.looseObject({
    source: z.looseObject({ type: z.enum(['table', 'query']) }),
    format: text,
  }),
  plan: z.looseObject({
    steps: z.array(z.enum(stepKinds)),
    fields: z.array(z.looseObject({ name: text, type: text })),
    engine: z.looseObject({ kind: text }),
    source: z.looseObject({ location: text, billingProject: text }),
    files: z.looseObject({
      bucket: text,
      prefix: text,
      pattern: text,
      written: z.looseObject({ format: text }),
    }),
  }),
  steps: z
    .array(
      z.looseObject({
        kind: z.enum(stepKinds),
        state: z.enum(['pending', 'running', 'waiting', 'done', 'failed']),
        attempt: count,
      }),
    )
    .min(1),
  figures: z.looseObject({}),
  cancelRequestedAt: instant.optional(),
  filesRemovedAt: instant.optional(),
  outcome: z
    .discriminatedUnion('state', [
      z.looseObject({
        state: z.literal('succeeded'),
        at: instant,
        rows: count,
        files: count,
        bytes: count,
      }),
      z.looseObject({ state: z.literal('failed'), at: instant, error }),
      z.looseObject({ state: z.literal('cancelled'), at: instant }),
    ])
    .optional(),
});

const exportSetRecord = z.looseObject({
  version: z.literal(1),
  id: text,
  revision: count,
  owner: text,
  createdAt: instant,
  asOf: text,
  request: z.looseObject({ options: z.looseObject({ format: text }) }),
  members: z.array(
    z.looseObject({
      table: z.looseObject({ project: text, dataset: text, table: text }),
      exportId: text,
      state: z.enum(memberStates),
    }),
  ),
  outcome: z
    .looseObject({ state: z.enum(['succeeded', 'partial', 'failed', 'cancelled']), at: instant })
    .optional(),
});

/** Whether a value from outside is an export's record that this version can read. */
export const isExportRecord = (value: unknown): value is ExportRecord =>
  exportRecord.safeParse(value).success;

/** The same for the record of a set. */
export const isExportSetRecord = (value: unknown): value is ExportSetRecord =>
  exportSetRecord.safeParse(value).success;
