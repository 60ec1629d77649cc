import {
  ChangeDetectionStrategy,
  Component,
  computed,
  inject,
  input,
  resource,
} from '@angular/core';
import { MatProgressBar } from '@angular/material/progress-bar';
import { Router, RouterLink } from '@angular/router';
import { FaultNotice } from '../api/fault-notice';
import { OuthaulApi } from '../api/outhaul-api';
import { showBytes, showCount, showSpan, showTime } from '../format/figures';
import { Chart } from './chart';
import { durationsChart, exportsChart, latencyChart, volumeChart } from './insight-charts';

const ranges = ['hour', 'day', 'week', 'month'] as const;

/** How the service has been doing: exports, volumes, durations, failures and its own answers. */
@Component({
  selector: 'outhaul-insights-page',
  imports: [Chart, FaultNotice, MatProgressBar, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './insights-page.html',
  styleUrls: ['../compose/form-section.scss', './insights-page.scss'],
})
export class InsightsPage {
  readonly range = input<string>();
  private readonly api = inject(OuthaulApi);
  private readonly router = inject(Router);
  protected readonly shownRange = computed(
    () => ranges.find((range) => range === this.range()) ?? 'day',
  );
  protected readonly ranges = [
    { range: 'hour', name: $localize`:@@insights.hour:Hour` },
    { range: 'day', name: $localize`:@@insights.day:Day` },
    { range: 'week', name: $localize`:@@insights.week:Week` },
    { range: 'month', name: $localize`:@@insights.month:Month` },
  ];
  protected readonly answer = resource({
    params: this.shownRange,
    loader: ({ params, abortSignal }) => this.api.insights(params, abortSignal),
  });
  protected readonly it = computed(() =>
    this.answer.hasValue() ? this.answer.value() : undefined,
  );
  protected readonly charts = computed(() => {
    const it = this.it();
    return it
      ? [
          { title: $localize`:@@insights.exports:Exports begun`, chart: exportsChart(it) },
          { title: $localize`:@@insights.volume:Bytes written`, chart: volumeChart(it) },
          {
            title: $localize`:@@insights.durations:Duration of exports`,
            chart: durationsChart(it),
          },
          { title: $localize`:@@insights.latency:Answers of the service`, chart: latencyChart(it) },
        ]
      : [];
  });
  protected readonly showBytes = showBytes;
  protected readonly showCount = showCount;
  protected readonly showSpan = showSpan;
  protected readonly showTime = showTime;

  protected choose(range: string): void {
    void this.router.navigate([], { queryParams: { range }, replaceUrl: true });
  }
}
