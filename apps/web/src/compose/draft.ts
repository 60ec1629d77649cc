import { type ExportRequest, type Field } from '@outhaul/api-client';

type ColumnRequest = NonNullable<ExportRequest['columns']>[number];
export type Mask = NonNullable<ColumnRequest['mask']>;
export type Filter = NonNullable<ExportRequest['filter']>;
export type Predicate = Extract<Filter, { all: unknown }>['all'][number];
export type TableSource = Extract<ExportRequest['source'], { type: 'table' }>;

/** One column as the form shows it. */
export interface ColumnDraft {
  /** Its path in the source. */
  readonly name: string;
  readonly field: Field;
  readonly isIncluded: boolean;
  readonly as?: string;
  readonly cast?: ColumnRequest['cast'];
  readonly mask?: Mask;
}

/** All columns of the source in its order, as nobody has touched them. */
export const untouchedColumns = (fields: readonly Field[]): readonly ColumnDraft[] =>
  fields.map((field) => ({ name: field.name, field, isIncluded: true }));

/** A request’s columns laid over those of its source; what the source has and the request leaves out comes last. */
export function draftColumns(
  fields: readonly Field[],
  requested: ExportRequest['columns'],
): readonly ColumnDraft[] {
  if (!requested) return untouchedColumns(fields);
  const chosen = requested.flatMap(({ name, as, cast, mask }): ColumnDraft[] => {
    const field = findPath(fields, name);
    return field ? [{ name, field, isIncluded: true, as, cast, mask }] : [];
  });
  const isTaken = ({ name }: Field): boolean =>
    chosen.some((column) => column.name === name || column.name.startsWith(`${name}.`));
  const rest = fields
    .filter((field) => !isTaken(field))
    .map((field) => ({ name: field.name, field, isIncluded: false }));
  return [...chosen, ...rest];
}

/** The request’s columns; undefined when the source is taken as it is. */
export function requestedColumns(
  columns: readonly ColumnDraft[],
  fields: readonly Field[],
): ExportRequest['columns'] {
  const isUntouched =
    columns.length === fields.length &&
    columns.every(
      (column, index) =>
        column.isIncluded &&
        column.name === fields[index]?.name &&
        !column.as &&
        !column.cast &&
        !column.mask,
    );
  if (isUntouched) return undefined;
  return columns
    .filter(({ isIncluded }) => isIncluded)
    .map(({ name, as, cast, mask }) => ({
      name,
      ...(as && as !== name ? { as } : {}),
      ...(cast ? { cast } : {}),
      ...(mask ? { mask } : {}),
    }));
}

/** A STRUCT’s fields in its place. */
export function takeApart(
  columns: readonly ColumnDraft[],
  column: ColumnDraft,
): readonly ColumnDraft[] {
  return columns.flatMap((each) =>
    each === column
      ? (column.field.fields ?? []).map((field) => ({
          name: `${column.name}.${field.name}`,
          field,
          isIncluded: column.isIncluded,
          as: `${column.name}.${field.name}`.replaceAll('.', '_'),
        }))
      : [each],
  );
}

/** The field at a dotted path. */
export function findPath(fields: readonly Field[], path: string): Field | undefined {
  const [head = '', ...rest] = path.split('.');
  const found = fields.find(({ name }) => name.toLowerCase() === head.toLowerCase());
  return rest.length === 0 ? found : found && findPath(found.fields ?? [], rest.join('.'));
}

/** What the form holds as a request: nothing that is empty, nothing that is the default. */
export function tidy(request: ExportRequest): ExportRequest {
  const entries = Object.entries(request).filter(
    ([, value]) => value !== undefined && value !== '' && value !== false,
  );
  return Object.fromEntries(entries) as ExportRequest;
}

/** Whether what names columns of one source holds for the other: another table has others, a query is still being written. */
export function hasSameColumns(
  source: ExportRequest['source'],
  other: ExportRequest['source'],
): boolean {
  if (source.type !== 'table' || other.type !== 'table') return source.type === other.type;
  return source.dataset === other.dataset && source.table === other.table;
}
