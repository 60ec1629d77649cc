import { type Caller, type Exporter, type RecordSummary } from '@outhaul/core';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Answers } from '../http/answers.js';
import { Requires, TheCaller } from '../http/route-permission.js';
import { DocumentsQuery, QueryOf } from '../http/validated.js';
import { TELEMETRY, type Telemetry } from '../telemetry/telemetry.js';
import { EXPORTER } from '../tokens.js';
import { type Range, startsOf, summarizeExports } from './summarize-exports.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Length of each range, and of its intervals. */
const ranges = {
  hour: [hourMs, 2 * minuteMs],
  day: [dayMs, hourMs],
  week: [7 * dayMs, 6 * hourMs],
  month: [30 * dayMs, dayMs],
} as const;

const insightsQuery = z.strictObject({
  range: z.enum(['hour', 'day', 'week', 'month']).default('day'),
});

/** One list call tells of 1,000 exports; more than this many are not read for one answer. */
const mostPages = 20;

/** How the service is doing, for those who may see everyone's exports. */
@Controller('api/v1/insights')
@ApiTags('insights')
@Requires('exports.readAll')
export class InsightsController {
  constructor(
    @Inject(EXPORTER) private readonly exporter: Exporter,
    @Inject(TELEMETRY) private readonly telemetry: Telemetry,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'getInsights',
    summary: 'Exports, bytes, durations, failures and latencies over time',
  })
  @DocumentsQuery(insightsQuery)
  @Answers(200, 'Insights', 'What the records and this instance know of the range.')
  async getInsights(
    @TheCaller() caller: Caller,
    @QueryOf(insightsQuery) { range: name }: z.infer<typeof insightsQuery>,
  ) {
    const [lengthMs, intervalMs] = ranges[name];
    // Whole intervals, so that the same instant falls into the same interval in each answer.
    const toMs = Math.ceil((Date.now() + 1) / intervalMs) * intervalMs;
    const range: Range = { fromMs: toMs - lengthMs, toMs, intervalMs };
    const { read, complete } = await this.readExports(caller, range.fromMs);
    return {
      from: iso(range.fromMs),
      to: iso(range.toMs),
      intervalSeconds: intervalMs / 1000,
      ...summarizeExports(read, range),
      requests: this.requestsOf(range),
      coverage: {
        exportsRead: read.length,
        exportsSince: complete ? iso(range.fromMs) : (read.at(-1)?.createdAt ?? iso(range.fromMs)),
        exportsComplete: complete,
        requestsSince: iso(this.telemetry.history.startedMs),
        requestsPrecision: 0.05,
      },
    };
  }

  private requestsOf(range: Range) {
    const { history } = this.telemetry;
    return {
      all: history.summarize(range.fromMs, range.toMs),
      intervals: startsOf(range).map((startMs) => ({
        at: iso(startMs),
        ...history.summarize(startMs, startMs + range.intervalMs),
      })),
      routes: history
        .routesSince(range.fromMs)
        .map((route) => ({ route, ...history.summarize(range.fromMs, range.toMs, route) })),
    };
  }

  /** Newest first, back to `fromMs`; ids sort by time, so that the first older one ends it. */
  private async readExports(
    caller: Caller,
    fromMs: number,
  ): Promise<{ read: readonly RecordSummary[]; complete: boolean }> {
    const read: RecordSummary[] = [];
    let pageToken: string | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const { items, nextPageToken } = await this.exporter.list(caller, {
        owner: 'all',
        pageSize: 1_000,
        pageToken,
      });
      const young = items.filter(({ createdAt }) => Date.parse(createdAt) >= fromMs);
      read.push(...young);
      if (!nextPageToken || young.length < items.length) return { read, complete: true };
      pageToken = nextPageToken;
    }
    return { read, complete: false };
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();
