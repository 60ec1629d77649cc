import { type Insights } from '@outhaul/api-client';

/** What a chart shows: one value per time and series; a gap where nothing is known. */
export interface ChartData {
  readonly kind: 'bars' | 'lines';
  readonly unit: 'count' | 'bytes' | 'ms';
  readonly times: readonly string[];
  readonly series: readonly {
    readonly name: string;
    readonly tone: 'good' | 'bad' | 'main' | 'other';
    readonly values: readonly (number | null)[];
  }[];
}

export const exportsChart = ({ intervals }: Insights): ChartData => ({
  kind: 'bars',
  unit: 'count',
  times: intervals.map(({ at }) => at),
  series: [
    {
      name: $localize`:@@chart.succeeded:Succeeded`,
      tone: 'good',
      values: intervals.map(({ succeeded }) => succeeded),
    },
    {
      name: $localize`:@@chart.failed:Failed`,
      tone: 'bad',
      values: intervals.map(({ failed }) => failed),
    },
    {
      name: $localize`:@@chart.others:Cancelled or under way`,
      tone: 'other',
      values: intervals.map(({ cancelled, unfinished }) => cancelled + unfinished),
    },
  ],
});

export const volumeChart = ({ intervals }: Insights): ChartData => ({
  kind: 'bars',
  unit: 'bytes',
  times: intervals.map(({ at }) => at),
  series: [
    {
      name: $localize`:@@chart.bytes:Bytes`,
      tone: 'main',
      values: intervals.map(({ bytes }) => bytes),
    },
  ],
});

export const durationsChart = ({ intervals }: Insights): ChartData => ({
  kind: 'lines',
  unit: 'ms',
  times: intervals.map(({ at }) => at),
  series: [
    {
      name: $localize`:@@chart.median:Median`,
      tone: 'main',
      values: intervals.map(({ durationP50Ms }) => durationP50Ms ?? null),
    },
    {
      name: $localize`:@@chart.p95:95th percentile`,
      tone: 'other',
      values: intervals.map(({ durationP95Ms }) => durationP95Ms ?? null),
    },
  ],
});

export const latencyChart = ({ requests }: Insights): ChartData => ({
  kind: 'lines',
  unit: 'ms',
  times: requests.intervals.map(({ at }) => at),
  series: [
    {
      name: $localize`:@@chart.median:Median`,
      tone: 'main',
      values: requests.intervals.map(({ count, p50Ms }) => (count > 0 ? p50Ms : null)),
    },
    {
      name: $localize`:@@chart.p95:95th percentile`,
      tone: 'other',
      values: requests.intervals.map(({ count, p95Ms }) => (count > 0 ? p95Ms : null)),
    },
  ],
});
