import { z } from 'zod';

const count = z.int().min(0);
const instant = z.iso.datetime({ offset: true });
const milliseconds = z.number().min(0);

const latencySchema = z.object({
  count,
  errors: count.describe('Answers with a status of 500 or more.'),
  p50Ms: milliseconds,
  p95Ms: milliseconds,
  p99Ms: milliseconds,
});

const intervalSchema = z.object({
  at: instant.describe('Its beginning; it lasts `intervalSeconds`.'),
  started: count,
  succeeded: count,
  failed: count,
  cancelled: count,
  unfinished: count.describe('Began in this interval and have not ended.'),
  rows: count,
  bytes: count,
  durationP50Ms: milliseconds.optional().describe('Of those that began here and succeeded.'),
  durationP95Ms: milliseconds.optional(),
});

export const insightsSchema = z.object({
  from: instant,
  to: instant,
  intervalSeconds: count,
  exports: z.object({
    started: count,
    succeeded: count,
    failed: count,
    cancelled: count,
    unfinished: count,
    rows: count,
    files: count,
    bytes: count,
    durationP50Ms: milliseconds.optional(),
    durationP95Ms: milliseconds.optional(),
  }),
  intervals: z.array(intervalSchema),
  failures: z.array(
    z.object({
      code: z.string(),
      count,
      lastExportId: z.string().describe('The newest that failed so.'),
    }),
  ),
  formats: z.array(z.object({ format: z.string(), count, bytes: count })),
  owners: z.array(z.object({ owner: z.string(), count, bytes: count })),
  requests: z.object({
    all: latencySchema,
    intervals: z.array(latencySchema.extend({ at: instant })),
    routes: z.array(latencySchema.extend({ route: z.string() })),
  }),
  coverage: z.object({
    exportsRead: count,
    exportsSince: instant.describe('Exports that began before this were not read.'),
    exportsComplete: z.boolean().describe('Whether all exports of the range were read.'),
    requestsSince: instant.describe(
      'Requests are counted by the one instance that answers, since this instant.',
    ),
    requestsPrecision: z.number().describe('Percentiles of requests may be off by this share.'),
  }),
});
