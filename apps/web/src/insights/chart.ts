import {
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  effect,
  type ElementRef,
  inject,
  input,
  signal,
  viewChild,
} from '@angular/core';
import { type ChartData } from './insight-charts';
import { type ChartView } from './chart-view';

/** Draws a chart; its code is loaded with the first one. The figures are there as a table for screen readers. */
@Component({
  selector: 'outhaul-chart',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div #place class="place" aria-hidden="true"></div>
    <table class="unseen">
      <caption>
        {{
          label()
        }}
      </caption>
      <thead>
        <tr>
          <th scope="col" i18n="@@chart.time">Time</th>
          @for (series of chart().series; track series.name) {
            <th scope="col">{{ series.name }}</th>
          }
        </tr>
      </thead>
      <tbody>
        @for (at of chart().times; track at; let index = $index) {
          <tr>
            <th scope="row">{{ at }}</th>
            @for (series of chart().series; track series.name) {
              <td>{{ series.values[index] }}</td>
            }
          </tr>
        }
      </tbody>
    </table>
  `,
  styles: `
    :host {
      display: block;
      position: relative;
    }
    .place {
      height: 220px;
    }
  `,
})
export class Chart {
  readonly chart = input.required<ChartData>();
  readonly label = input.required<string>();
  private readonly place = viewChild.required<ElementRef<HTMLElement>>('place');
  private readonly view = signal<ChartView | undefined>(undefined);

  constructor() {
    let isGone = false;
    inject(DestroyRef).onDestroy(() => {
      isGone = true;
      this.view()?.destroy();
    });
    void import('./chart-view').then(({ makeChartView }) => {
      if (!isGone) this.view.set(makeChartView(this.place().nativeElement));
    });
    effect(() => this.view()?.show(this.chart()));
  }
}
