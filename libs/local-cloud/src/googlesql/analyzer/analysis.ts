import { mistake } from '../sql-error.js';
import { type ResolvedTable, type TableName, type TranslateContext } from '../translate.js';
import { duckdbType, fromField, sameType, type SqlType } from '../types.js';
import { bindParameters } from './bind-parameters.js';
import { type GuardedScan } from './scope.js';
import { castBetween } from './cast-sql.js';
import { resetVariables, type Typed } from './typed.js';

/** Thrown when the analysis needs something that only the outside can tell; it is begun again with the answer. */
export class Needed {
  constructor(
    readonly key: string,
    readonly find: (context: TranslateContext) => Promise<unknown>,
  ) {}
}

/** One run of the analysis of a statement. */
export class Analysis {
  readonly tables = new Map<string, TableName>();
  /** Readings that want a filter on partitions. */
  readonly scans: GuardedScan[] = [];
  #relations = 0;

  constructor(
    readonly context: TranslateContext,
    /** What was found out for earlier runs. */
    private readonly known: ReadonlyMap<string, unknown>,
  ) {
    resetVariables();
  }

  /** A name for a relation that no other has. */
  newRelation(): string {
    return `t${++this.#relations}`;
  }

  table(name: TableName, asOfMs: number | undefined): ResolvedTable {
    const id = `${name.projectId}.${name.datasetId}.${name.tableId}`;
    const key = `table ${id} ${asOfMs ?? ''}`;
    const found = this.known.get(key) as ResolvedTable | undefined;
    if (!found)
      throw new Needed(key, (context) => Promise.resolve(context.resolveTable(name, asOfMs)));
    this.tables.set(id, name);
    return found;
  }

  /** The value of a constant expression, which DuckDB works out. */
  constant(sql: string, at: number): unknown {
    const key = `value ${sql}`;
    if (this.known.has(key)) return this.known.get(key);
    const { evaluate } = this.context;
    if (!evaluate) throw mistake('A constant expression cannot be worked out here', at);
    const bound = bindParameters(sql, this.values());
    throw new Needed(key, () => evaluate(bound.sql, bound.parameters));
  }

  parameter(name: string | undefined, index: number, at: number): Typed {
    const { parameters } = this.context;
    const place =
      name === undefined
        ? index
        : parameters.findIndex((each) => each.name?.toLowerCase() === name);
    const found = parameters[place];
    if (!found)
      throw name === undefined
        ? mistake(
            'Query parameter number ' +
              String(index + 1) +
              ' is not bound: not enough positional parameters',
            at,
          )
        : mistake(`Query parameter '${name}' not found`, at);
    if (name === undefined && found.name !== undefined)
      throw mistake('Positional parameters are not supported in named parameter mode', at);
    const type = fromField(found.type);
    return {
      sql: boundValue(`$${place + 1}`, type),
      type,
      constant: { text: typeof found.value === 'string' ? found.value : null, isLiteral: false },
    };
  }

  /** The values to bind: texts, and JSON of texts for arrays and structs. */
  values(): (string | null)[] {
    return this.context.parameters.map(({ value }) =>
      value === null || typeof value === 'string' ? value : JSON.stringify(value),
    );
  }
}

/** Every value is bound as text, so that DuckDB cannot mistake its type, and turned into its own type by a cast. */
function boundValue(place: string, type: SqlType): string {
  const text = `CAST(${place} AS VARCHAR)`;
  if (type.kind !== 'ARRAY' && type.kind !== 'STRUCT') return fromText(text, type);
  const texts = textual(type);
  const json = `from_json(${text}, '${jsonShape(type).replaceAll("'", "''")}')`;
  return sameType(texts, type) ? json : `(${fromText(json, type)})`;
}

function fromText(sql: string, type: SqlType): string {
  if (type.kind === 'BYTES') return `gs_from_base64(${sql})`;
  if (type.kind === 'STRING' || type.kind === 'GEOGRAPHY') return sql;
  if (type.kind === 'JSON') return `CAST(gs_parse_json(${sql}) AS JSON)`;
  if (type.kind === 'INT64' || type.kind === 'BOOL') return `CAST(${sql} AS ${duckdbType(type)})`;
  if (type.kind === 'ARRAY')
    return `list_transform(${sql}, lambda e: ${fromText('e', type.element)})`;
  if (type.kind === 'STRUCT')
    return `list_transform([${sql}], lambda s: CASE WHEN s IS NULL THEN NULL ELSE struct_pack(${type.fields.map(({ name = '', type: field }) => `"${name.replaceAll('"', '""')}" := ${fromText(`s."${name.replaceAll('"', '""')}"`, field)}`).join(', ')}) END)[1]`;
  const cast = castBetween({ kind: 'STRING' }, type);
  if (!cast) throw mistake(`Parameters of type ${type.kind} are not supported`);
  return `(${cast(sql)})`;
}

const textual = (type: SqlType): SqlType =>
  type.kind === 'ARRAY'
    ? { kind: 'ARRAY', element: textual(type.element) }
    : type.kind === 'STRUCT'
      ? {
          kind: 'STRUCT',
          fields: type.fields.map(({ name, type: field }) => ({ name, type: textual(field) })),
        }
      : { kind: 'STRING' };

function jsonShape(type: SqlType): string {
  const shape = (each: SqlType): unknown =>
    each.kind === 'ARRAY'
      ? [shape(each.element)]
      : each.kind === 'STRUCT'
        ? Object.fromEntries(each.fields.map(({ name = '', type: field }) => [name, shape(field)]))
        : 'VARCHAR';
  return JSON.stringify(shape(type));
}
