import { ChangeDetectionStrategy, Component, DestroyRef, inject, resource } from '@angular/core';
import { RouterLink } from '@angular/router';
import { FaultNotice } from '../api/fault-notice';
import { OuthaulApi } from '../api/outhaul-api';
import { showBytes, showCount, showTime } from '../format/figures';

const refreshMs = 3_000;

/** The person’s exports, newest first, with their live states. */
@Component({
  selector: 'outhaul-exports-page',
  imports: [FaultNotice, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h1 i18n>Exports</h1>
    @if (exports.error(); as error) {
      <outhaul-fault-notice [error]="error" />
    } @else if (exports.hasValue()) {
      @if (exports.value().items.length === 0) {
        <p i18n>
          You have no exports yet. Choose a table in the <a routerLink="/catalog">catalog</a> and
          export it.
        </p>
      } @else {
        <div class="scroll">
          <table class="plain">
            <thead>
              <tr>
                <th scope="col" i18n>Source</th>
                <th scope="col" i18n>State</th>
                <th scope="col" i18n>Format</th>
                <th scope="col" class="number" i18n>Rows</th>
                <th scope="col" class="number" i18n>Size</th>
                <th scope="col" i18n>Begun</th>
              </tr>
            </thead>
            <tbody>
              @for (each of exports.value().items; track each.id) {
                <tr>
                  <td>
                    <a [routerLink]="['/exports', each.id]">{{ each.label ?? each.source }}</a>
                  </td>
                  <td>{{ each.state }}</td>
                  <td>{{ each.format }}</td>
                  <td class="number">{{ each.rows === undefined ? '' : showCount(each.rows) }}</td>
                  <td class="number">
                    {{ each.bytes === undefined ? '' : showBytes(each.bytes) }}
                  </td>
                  <td>{{ showTime(each.createdAt) }}</td>
                </tr>
              }
            </tbody>
          </table>
        </div>
      }
    }
  `,
})
export class ExportsPage {
  private readonly api = inject(OuthaulApi);
  protected readonly exports = resource({ loader: () => this.api.exports() });
  protected readonly showBytes = showBytes;
  protected readonly showCount = showCount;
  protected readonly showTime = showTime;

  constructor() {
    const timer = setInterval(() => this.exports.reload(), refreshMs);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }
}
