import { type Table } from '@outhaul/api-client';

/** A table’s kind, for people. */
export function nameOfKind(kind: Table['kind']): string {
  return {
    table: $localize`:@@kind.table:Table`,
    view: $localize`:@@kind.view:View`,
    'materialized-view': $localize`:@@kind.materializedView:Materialized view`,
    external: $localize`:@@kind.external:External table`,
    snapshot: $localize`:@@kind.snapshot:Snapshot`,
  }[kind];
}
