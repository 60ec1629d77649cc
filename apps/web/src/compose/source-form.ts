import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { MatFormField, MatHint, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { type ExportRequest, type Table } from '@outhaul/api-client';
import { CatalogIndex } from '../catalog/catalog-index';
import { type TableSource } from './draft';
import { SqlEditor } from './sql-editor';

type Source = ExportRequest['source'];

/** What is exported: a table, some of its partitions or an instant of it, or a query’s answer. */
@Component({
  selector: 'outhaul-source-form',
  imports: [MatFormField, MatHint, MatInput, MatLabel, SqlEditor],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './source-form.html',
  styleUrl: './form-section.scss',
})
export class SourceForm {
  readonly source = input.required<Source>();
  readonly table = input<Table>();
  /** Why there is no plan: faults of the SQL are shown where they are. */
  readonly error = input<unknown>();
  readonly sourceChange = output<Source>();
  private readonly index = inject(CatalogIndex);
  private readonly datasets = this.index.datasets();
  protected readonly ofTable = computed(() => {
    const source = this.source();
    return source.type === 'table' ? source : undefined;
  });
  protected readonly sql = computed(() => {
    const source = this.source();
    return source.type === 'query' ? source.sql : '';
  });
  protected readonly name = computed(() => {
    const source = this.ofTable();
    return source?.dataset ? `${source.dataset}.${source.table}` : '';
  });
  protected readonly suggestions = computed(() =>
    this.datasets()
      .items.flatMap(({ dataset }) => this.index.tables(dataset)().items)
      .slice(0, 500)
      .map(({ ref }) => `${ref.dataset}.${ref.table}`),
  );
  protected readonly partition = computed(() => {
    const partition = this.ofTable()?.partition;
    if (typeof partition === 'string') return partition;
    return partition && 'from' in partition ? `${partition.from}..${partition.to}` : '';
  });
  protected readonly changedSince = computed(() => {
    const partition = this.ofTable()?.partition;
    return typeof partition === 'object' && 'changedSince' in partition
      ? toLocal(partition.changedSince)
      : '';
  });
  protected readonly asOf = computed(() => toLocal(this.ofTable()?.asOf));

  protected chooseTable(): void {
    this.sourceChange.emit({ type: 'table', dataset: '', table: '' });
  }

  protected chooseQuery(): void {
    const name = this.name();
    this.sourceChange.emit({
      type: 'query',
      sql: name ? `SELECT *\nFROM \`${name}\`\n` : 'SELECT *\nFROM ',
    });
  }

  protected setName(text: string): void {
    const [dataset = '', ...rest] = text.trim().replaceAll('`', '').split('.');
    if (rest.length === 0) return;
    this.sourceChange.emit({ type: 'table', dataset, table: rest.join('.') });
  }

  protected setSql(sql: string): void {
    this.sourceChange.emit({ type: 'query', sql });
  }

  protected setPartition(text: string): void {
    const [from = '', to] = text.trim().split('..');
    this.patch({ partition: to ? { from, to } : from || undefined });
  }

  protected setChangedSince(local: string): void {
    const changedSince = toInstant(local);
    this.patch({ partition: changedSince ? { changedSince } : undefined });
  }

  protected setAsOf(local: string): void {
    this.patch({ asOf: toInstant(local) });
  }

  private patch(patch: Partial<TableSource>): void {
    const source = this.ofTable();
    if (!source) return;
    const { partition, asOf, ...rest } = { ...source, ...patch };
    this.sourceChange.emit({
      ...rest,
      ...(partition === undefined ? {} : { partition }),
      ...(asOf === undefined ? {} : { asOf }),
    });
  }
}

const toInstant = (local: string): string | undefined =>
  local ? new Date(local).toISOString() : undefined;

/** An instant as a field of the browser’s own time zone takes it. */
function toLocal(instant: string | undefined): string {
  if (!instant) return '';
  const date = new Date(instant);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
