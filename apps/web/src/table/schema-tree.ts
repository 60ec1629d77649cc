import { ChangeDetectionStrategy, Component, computed, input, signal } from '@angular/core';
import { type Field } from '@outhaul/api-client';
import { Icon } from '../ui/icon';
import { flattenSchema, type SchemaRow, tagName, typeName } from './flatten-schema';

/** A table’s columns as a tree that opens and closes, found by name or description. */
@Component({
  selector: 'outhaul-schema-tree',
  imports: [Icon],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './schema-tree.html',
  styleUrl: './schema-tree.scss',
})
export class SchemaTree {
  readonly fields = input.required<readonly Field[]>();
  protected readonly search = signal('');
  private readonly closed = signal<ReadonlySet<string>>(new Set());
  protected readonly typeName = typeName;
  protected readonly tagName = tagName;
  protected readonly rows = computed(() => {
    const search = this.search().trim().toLowerCase();
    if (!search) return flattenSchema(this.fields(), this.closed());
    return flattenSchema(this.fields()).filter(({ field, path }) =>
      `${path} ${field.description ?? ''}`.toLowerCase().includes(search),
    );
  });

  protected isOpen({ path }: SchemaRow): boolean {
    return !this.closed().has(path);
  }

  protected toggle({ path }: SchemaRow): void {
    this.closed.update((closed) => {
      const next = new Set(closed);
      if (!next.delete(path)) next.add(path);
      return next;
    });
  }
}
