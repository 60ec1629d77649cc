import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { showBytes, showCount, showSpan } from '../format/figures';
import { type ChartData } from './insight-charts';

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

export interface ChartView {
  show(data: ChartData): void;
  destroy(): void;
}

const tones = {
  good: '--outhaul-good',
  bad: '--mat-sys-error',
  main: '--mat-sys-primary',
  other: '--mat-sys-outline',
} as const;

const shows = { count: showCount, bytes: showBytes, ms: showSpan } as const;

/** A chart in the theme’s colours that grows with its place and follows a change of the theme. */
export function makeChartView(place: HTMLElement): ChartView {
  const chart = init(place, undefined, { renderer: 'canvas' });
  let shown: ChartData | undefined;
  const draw = () => shown && chart.setOption(optionOf(shown, place), true);
  const sizes = new ResizeObserver(() => chart.resize());
  sizes.observe(place);
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', draw);
  const theme = new MutationObserver(draw);
  theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return {
    show(data) {
      shown = data;
      draw();
    },
    destroy() {
      sizes.disconnect();
      theme.disconnect();
      dark.removeEventListener('change', draw);
      chart.dispose();
    },
  };
}

function optionOf({ kind, unit, times, series }: ChartData, place: HTMLElement): EChartsCoreOption {
  const colour = (name: string): string => resolved(place, `var(${name})`);
  const text = colour('--mat-sys-on-surface-variant');
  const line = colour('--mat-sys-outline-variant');
  const show = shows[unit];
  const isShort = Date.parse(times.at(-1) ?? '') - Date.parse(times[0] ?? '') < 2 * 86_400_000;
  return {
    animation: false,
    grid: { left: 8, right: 8, top: 12, bottom: 28, containLabel: true },
    legend: {
      show: series.length > 1,
      bottom: 0,
      icon: 'roundRect',
      itemWidth: 12,
      itemHeight: 8,
      textStyle: { color: text },
    },
    tooltip: {
      trigger: 'axis',
      // HTML of its own would bring inline styles, which the page’s policy refuses.
      renderMode: 'richText',
      valueFormatter: (value: unknown) => (typeof value === 'number' ? show(value) : '–'),
      backgroundColor: colour('--mat-sys-inverse-surface'),
      borderWidth: 0,
      textStyle: { color: colour('--mat-sys-inverse-on-surface') },
    },
    xAxis: {
      type: 'category',
      data: times.map((at) =>
        new Date(at).toLocaleString(
          undefined,
          isShort ? { timeStyle: 'short' } : { month: 'short', day: 'numeric' },
        ),
      ),
      axisLine: { lineStyle: { color: line } },
      axisTick: { show: false },
      axisLabel: { color: text, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      minInterval: unit === 'count' ? 1 : undefined,
      ...(unit === 'bytes' ? binaryScale(series) : {}),
      splitNumber: 3,
      splitLine: { lineStyle: { color: line } },
      axisLabel: { color: text, formatter: (value: number) => show(value) },
    },
    series: series.map(({ name, tone, values }) => ({
      name,
      type: kind === 'bars' ? 'bar' : 'line',
      stack: kind === 'bars' ? 'all' : undefined,
      data: values,
      showSymbol: values.filter((value) => value !== null).length < 3,
      color: colour(tones[tone]),
      barMaxWidth: 24,
    })),
  };
}

/** A power of two, of which two to four reach the highest bar: decimal steps read badly in KiB and MiB. */
function binaryScale(series: ChartData['series']): { interval?: number; max?: number } {
  const sums = series[0]?.values.map((_, at) =>
    series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0),
  );
  const most = Math.max(0, ...(sums ?? []));
  if (most <= 0) return {};
  const interval = 2 ** Math.ceil(Math.log2(most / 4));
  return { interval, max: Math.ceil(most / interval) * interval };
}

/** A colour as the browser computes it: a canvas knows no CSS variables. */
function resolved(place: HTMLElement, value: string): string {
  const before = place.style.color;
  place.style.color = value;
  const computed = getComputedStyle(place).color;
  place.style.color = before;
  return computed;
}
