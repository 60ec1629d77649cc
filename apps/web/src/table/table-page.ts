import {
  ChangeDetectionStrategy,
  Component,
  computed,
  inject,
  input,
  resource,
  signal,
} from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatSelectModule } from '@angular/material/select';
import { Router, RouterLink } from '@angular/router';
import { type Field } from '@outhaul/api-client';
import { FaultNotice } from '../api/fault-notice';
import { OuthaulApi } from '../api/outhaul-api';
import { showBytes, showCount, showTime } from '../format/figures';

/** One table: its figures, its schema, its first rows, and the way to its files. */
@Component({
  selector: 'outhaul-table-page',
  imports: [FaultNotice, MatButtonModule, MatFormFieldModule, MatSelectModule, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <p class="quiet">
      <a routerLink="/catalog" i18n>Catalog</a> /
      <a [routerLink]="['/catalog', dataset()]">{{ dataset() }}</a>
    </p>
    <h1>{{ table() }}</h1>
    @if (found.error(); as error) {
      <outhaul-fault-notice [error]="error" />
    } @else if (found.value(); as it) {
      <p class="quiet">{{ it.description }}</p>
      <p>
        @if (it.rowCount !== undefined) {
          <span i18n>{{ showCount(it.rowCount) }} rows</span> ·
        }
        @if (it.sizeBytes !== undefined) {
          <span>{{ showBytes(it.sizeBytes) }}</span> ·
        }
        <span>{{ it.location }}</span> · <span i18n>changed {{ showTime(it.modifiedMs) }}</span>
      </p>
      <form class="export" (submit)="$event.preventDefault(); start()">
        <mat-form-field appearance="outline" subscriptSizing="dynamic">
          <mat-label i18n>Format</mat-label>
          <mat-select [value]="format()" (valueChange)="format.set($event)">
            @for (each of formats; track each.value) {
              <mat-option [value]="each.value">{{ each.name }}</mat-option>
            }
          </mat-select>
        </mat-form-field>
        <button mat-flat-button type="submit" [disabled]="starting()" i18n>Export</button>
      </form>
      @if (fault(); as error) {
        <outhaul-fault-notice [error]="error" />
      }
      <h2 i18n>Schema</h2>
      <div class="scroll">
        <table class="plain">
          <thead>
            <tr>
              <th scope="col" i18n>Column</th>
              <th scope="col" i18n>Type</th>
              <th scope="col" i18n>Description</th>
            </tr>
          </thead>
          <tbody>
            @for (row of schema(); track row.path) {
              <tr>
                <td [style.padding-left.px]="16 + row.depth * 20">{{ row.field.name }}</td>
                <td>
                  <code>{{
                    row.field.mode === 'REPEATED' ? 'ARRAY<' + row.field.type + '>' : row.field.type
                  }}</code>
                  @if (row.field.mode === 'REQUIRED') {
                    <span class="quiet" i18n> required</span>
                  }
                </td>
                <td class="quiet">{{ row.field.description }}</td>
              </tr>
            }
          </tbody>
        </table>
      </div>
      <h2 i18n>First rows</h2>
      @if (preview.error(); as error) {
        <outhaul-fault-notice [error]="error" />
      } @else {
        <div class="scroll" tabindex="0" role="region" aria-label="First rows" i18n-aria-label>
          <table class="plain">
            <thead>
              <tr>
                @for (field of preview.value()?.fields; track field.name) {
                  <th scope="col" [class.number]="isNumber(field)">{{ field.name }}</th>
                }
              </tr>
            </thead>
            <tbody>
              @for (row of preview.value()?.rows; track $index) {
                <tr>
                  @for (cell of row; track $index) {
                    <td
                      [class.number]="isNumber(preview.value()?.fields?.[$index])"
                      [class.quiet]="cell === null"
                    >
                      {{ showCell(cell) }}
                    </td>
                  }
                </tr>
              }
            </tbody>
          </table>
        </div>
      }
    }
  `,
  styles: `
    .export {
      display: flex;
      gap: 16px;
      align-items: center;
      margin: 16px 0;
    }
  `,
})
export class TablePage {
  readonly dataset = input.required<string>();
  readonly table = input.required<string>();
  private readonly api = inject(OuthaulApi);
  private readonly router = inject(Router);
  private readonly place = computed(() => ({ dataset: this.dataset(), table: this.table() }));
  protected readonly found = resource({
    params: this.place,
    loader: ({ params }) => this.api.table(params.dataset, params.table),
  });
  protected readonly preview = resource({
    params: this.place,
    loader: ({ params }) => this.api.preview(params.dataset, params.table),
  });
  protected readonly schema = computed(() =>
    this.found.hasValue() ? flatten(this.found.value().fields) : [],
  );
  protected readonly formats = [
    { value: 'parquet', name: 'Parquet' },
    { value: 'csv', name: 'CSV' },
    { value: 'jsonl', name: 'JSON lines' },
    { value: 'avro', name: 'Avro' },
  ] as const;
  protected readonly format = signal<(typeof this.formats)[number]['value']>('parquet');
  protected readonly starting = signal(false);
  protected readonly fault = signal<unknown>(undefined);
  protected readonly showBytes = showBytes;
  protected readonly showCount = showCount;
  protected readonly showTime = showTime;

  protected isNumber(field: Field | undefined): boolean {
    return (
      field !== undefined &&
      field.mode !== 'REPEATED' &&
      /^(INT64|FLOAT64|NUMERIC|BIGNUMERIC)$/.test(field.type)
    );
  }

  protected showCell(cell: unknown): string {
    if (cell === null) return 'NULL';
    return typeof cell === 'string' ? cell : JSON.stringify(cell);
  }

  protected async start(): Promise<void> {
    this.starting.set(true);
    this.fault.set(undefined);
    try {
      const started = await this.api.start({
        source: { type: 'table', ...this.place() },
        format: this.format(),
      });
      await this.router.navigate(['/exports', started.id]);
    } catch (error) {
      this.fault.set(error);
    } finally {
      this.starting.set(false);
    }
  }
}

interface SchemaRow {
  readonly field: Field;
  readonly depth: number;
  readonly path: string;
}

const flatten = (fields: readonly Field[], depth = 0, prefix = ''): SchemaRow[] =>
  fields.flatMap((field) => {
    const path = `${prefix}${field.name}`;
    return [{ field, depth, path }, ...flatten(field.fields ?? [], depth + 1, `${path}.`)];
  });
