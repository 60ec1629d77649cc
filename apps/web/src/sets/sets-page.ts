import { ChangeDetectionStrategy, Component, computed, inject, resource } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatProgressBar } from '@angular/material/progress-bar';
import { RouterLink } from '@angular/router';
import { FaultNotice } from '../api/fault-notice';
import { OuthaulApi } from '../api/outhaul-api';
import { showAgo, showBytes, showCount } from '../format/figures';
import { Session } from '../session/session';
import { EmptyState } from '../ui/empty-state';
import { Icon } from '../ui/icon';
import { StateChip } from '../ui/state-chip';
import { keepFresh } from '../ui/keep-fresh';

/** Exports of many tables at once, newest first. */
@Component({
  selector: 'outhaul-sets-page',
  imports: [EmptyState, FaultNotice, Icon, MatButton, MatProgressBar, RouterLink, StateChip],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="head">
      <h1 i18n="@@sets.title">Bulk exports</h1>
      <span class="gap"></span>
      @if (session.can('exports.create')) {
        <a matButton="filled" routerLink="/sets/new">
          <outhaul-icon name="plus" />
          <ng-container i18n="@@sets.new">New bulk export</ng-container>
        </a>
      }
    </div>
    @if (answer.error(); as error) {
      <outhaul-fault-notice [error]="error" />
    } @else if (items(); as items) {
      @if (items.length === 0) {
        <outhaul-empty-state icon="board" title="No bulk exports yet" i18n-title="@@sets.none">
          <p i18n="@@sets.noneWhy">
            A bulk export takes a whole dataset, or those of its tables that match a pattern, all at
            the same instant.
          </p>
        </outhaul-empty-state>
      } @else {
        <div
          class="scroll"
          tabindex="0"
          role="region"
          aria-label="List of bulk exports"
          i18n-aria-label="@@sets.list"
        >
          <table class="plain">
            <thead>
              <tr>
                <th scope="col" i18n="@@sets.source">Tables</th>
                <th scope="col" i18n="@@sets.state">State</th>
                <th scope="col" i18n="@@sets.format">Format</th>
                <th scope="col" class="number" i18n="@@sets.done">Done</th>
                <th scope="col" class="number" i18n="@@sets.rows">Rows</th>
                <th scope="col" class="number" i18n="@@sets.size">Size</th>
                <th scope="col" i18n="@@sets.begun">Begun</th>
              </tr>
            </thead>
            <tbody>
              @for (each of items; track each.id) {
                <tr>
                  <td>
                    <a [routerLink]="['/sets', each.id]">{{ each.label ?? each.source }}</a>
                  </td>
                  <td><outhaul-state-chip [state]="each.state" /></td>
                  <td>{{ each.format }}</td>
                  <td class="number">{{ each.succeeded }} / {{ each.tables }}</td>
                  <td class="number">{{ showCount(each.rows) }}</td>
                  <td class="number">{{ showBytes(each.bytes) }}</td>
                  <td>{{ showAgo(each.createdAt, nowMs()) }}</td>
                </tr>
              }
            </tbody>
          </table>
        </div>
      }
    } @else {
      <mat-progress-bar
        mode="indeterminate"
        aria-label="Loading the bulk exports"
        i18n-aria-label="@@sets.loading"
      />
    }
  `,
  styles: `
    :host {
      display: block;
      max-width: 1600px;
      margin: 0 auto;
    }
  `,
})
export class SetsPage {
  private readonly api = inject(OuthaulApi);
  protected readonly session = inject(Session);
  protected readonly answer = resource({
    loader: ({ abortSignal }) => this.api.sets(abortSignal),
  });
  protected readonly items = computed(() =>
    this.answer.hasValue() ? this.answer.value().items : undefined,
  );
  protected readonly nowMs = keepFresh(this.answer, () =>
    this.items()?.some(({ finishedAt }) => finishedAt === undefined) ? 'moving' : 'resting',
  );
  protected readonly showAgo = showAgo;
  protected readonly showBytes = showBytes;
  protected readonly showCount = showCount;
}
