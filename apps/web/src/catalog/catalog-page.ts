import {
  ChangeDetectionStrategy,
  Component,
  computed,
  inject,
  input,
  resource,
  signal,
} from '@angular/core';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInputModule } from '@angular/material/input';
import { MatProgressBarModule } from '@angular/material/progress-bar';
import { RouterLink } from '@angular/router';
import { FaultNotice } from '../api/fault-notice';
import { OuthaulApi } from '../api/outhaul-api';

/** Datasets, and the tables of the chosen one. */
@Component({
  selector: 'outhaul-catalog-page',
  imports: [FaultNotice, MatFormFieldModule, MatInputModule, MatProgressBarModule, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h1 i18n>Catalog</h1>
    @if (datasets.error(); as error) {
      <outhaul-fault-notice [error]="error" />
    } @else if (datasets.isLoading()) {
      <mat-progress-bar mode="indeterminate" aria-label="Loading" i18n-aria-label />
    } @else {
      <nav class="datasets" aria-label="Datasets" i18n-aria-label>
        @for (each of datasets.value()?.items; track each.dataset) {
          <a
            [routerLink]="['/catalog', each.dataset]"
            [class.here]="each.dataset === shown()"
            [attr.aria-current]="each.dataset === shown() ? 'true' : null"
            >{{ each.dataset }}</a
          >
        } @empty {
          <p class="quiet" i18n>There are no datasets that you may see.</p>
        }
      </nav>
    }
    @if (shown(); as dataset) {
      <mat-form-field appearance="outline" subscriptSizing="dynamic">
        <mat-label i18n>Search in {{ dataset }}</mat-label>
        <input
          matInput
          type="search"
          [value]="search()"
          (input)="search.set($any($event.target).value)"
        />
      </mat-form-field>
      @if (tables.error(); as error) {
        <outhaul-fault-notice [error]="error" />
      } @else {
        <div class="scroll">
          <table class="plain">
            <thead>
              <tr>
                <th scope="col" i18n>Table</th>
                <th scope="col" i18n>Kind</th>
              </tr>
            </thead>
            <tbody>
              @for (table of found(); track table.ref.table) {
                <tr>
                  <td>
                    <a [routerLink]="['/catalog', dataset, table.ref.table]">{{
                      table.ref.table
                    }}</a>
                  </td>
                  <td>{{ table.kind }}{{ table.partitioned ? ', partitioned' : '' }}</td>
                </tr>
              } @empty {
                <tr>
                  <td colspan="2" class="quiet">
                    @if (tables.isLoading()) {
                      <ng-container i18n>Loading …</ng-container>
                    } @else {
                      <ng-container i18n>No table matches.</ng-container>
                    }
                  </td>
                </tr>
              }
            </tbody>
          </table>
        </div>
      }
    }
  `,
  styles: `
    .datasets {
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
      margin: 16px 0;
    }
    .datasets a {
      padding: 6px 16px;
      border: 1px solid var(--mat-sys-outline);
      border-radius: 8px;
      color: var(--mat-sys-on-surface);
    }
    .datasets a.here {
      background: var(--mat-sys-secondary-container);
      color: var(--mat-sys-on-secondary-container);
      border-color: transparent;
    }
    mat-form-field {
      width: min(100%, 400px);
      margin-bottom: 16px;
    }
  `,
})
export class CatalogPage {
  readonly dataset = input<string>();
  private readonly api = inject(OuthaulApi);
  protected readonly search = signal('');
  protected readonly datasets = resource({ loader: () => this.api.datasets() });
  protected readonly shown = computed(
    () =>
      this.dataset() ??
      (this.datasets.hasValue() ? this.datasets.value().items[0]?.dataset : undefined),
  );
  protected readonly tables = resource({
    params: () => this.shown(),
    loader: ({ params }) => this.api.tables(params),
  });
  protected readonly found = computed(() => {
    const wanted = this.search().trim().toLowerCase();
    const tables = this.tables.hasValue() ? this.tables.value().items : [];
    return tables.filter(({ ref }) => ref.table.toLowerCase().includes(wanted));
  });
}
