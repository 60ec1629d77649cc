import { type BigQueryField } from '../bigquery/schema.js';
import { type Analysis } from './analyzer/analysis.js';
import { analyzeExpression } from './analyzer/analyze-expression.js';
import { analyzeQuery } from './analyzer/analyze-query.js';
import { coerceOr } from './analyzer/coerce.js';
import {
  guardTable,
  markFiltered,
  requiredFilters,
  requireFiltered,
} from './analyzer/partition-filters.js';
import { resolveType } from './analyzer/resolve-type.js';
import { sameName, type Scope } from './analyzer/scope.js';
import { tableNameOf } from './analyzer/table-path.js';
import { type Typed } from './analyzer/typed.js';
import { finishQuery, outermost } from './finish-query.js';
import { assigned, insertedRows } from './inserted-rows.js';
import { type FieldAttributes, type Name, type TypeNode } from './parser/ast.js';
import { type ChangeNode, type ColumnNode } from './parser/change-ast.js';
import { mistake, refused } from './sql-error.js';
import { optionSettings, tableSettings } from './table-options.js';
import { partitioningOf } from './table-partitioning.js';
import { type TableName, type TranslatedQuery, type TranslatedStatement } from './translate.js';
import { type TableChange } from './table-change.js';
import { bool, fromField, quoteName, toField, typeName } from './types.js';

type Of<K extends ChangeNode['kind']> = Extract<ChangeNode, { kind: K }>;

type Change = Extract<TranslatedStatement, { kind: 'change' }>;

/** A statement that changes tables, with its queries translated and its types checked. */
export function translateChange(analysis: Analysis, node: ChangeNode): Change {
  const change = changeOf(analysis, node);
  // A view may lack filters that the queries over it have.
  if (node.kind !== 'create-view') requireFiltered(requiredFilters(analysis, [], []));
  return change;
}

function changeOf(analysis: Analysis, node: ChangeNode): Change {
  const name = (): TableName => targetOf(analysis, node.path, node.at);
  switch (node.kind) {
    case 'create-table':
      return node.isTemporary
        ? createTemporaryTable(analysis, node)
        : createTable(analysis, node, name());
    case 'create-view': {
      const query = finishQuery(analysis, analyzeQuery(analysis, outermost, node.query, {}));
      const settings = {
        ...optionSettings(analysis, node.options, ['description', 'friendly_name', 'labels']),
        view: { query: node.text, useLegacySql: false },
      };
      return {
        kind: 'change',
        statementType: 'CREATE_VIEW',
        change: {
          kind: 'create-view',
          name: name(),
          mode: node.mode,
          schema: query.columns,
          settings,
        },
      };
    }
    case 'drop':
      return {
        kind: 'change',
        statementType: `DROP_${node.what}`,
        change: { kind: 'drop', what: node.what, name: name(), ifExists: node.ifExists },
      };
    case 'create-policy':
      return {
        kind: 'change',
        statementType: 'CREATE_ROW_ACCESS_POLICY',
        change: {
          kind: 'create-policy',
          name: name(),
          mode: node.mode,
          policyId: node.policyId,
          filterPredicate: node.filter,
          grantees: node.grantees,
        },
      };
    case 'drop-policy':
      return {
        kind: 'change',
        statementType: 'DROP_ROW_ACCESS_POLICY',
        change: {
          kind: 'drop-policy',
          name: name(),
          ifExists: node.ifExists,
          ...(node.policyId === undefined ? {} : { policyId: node.policyId }),
        },
      };
    case 'truncate':
      return {
        kind: 'change',
        statementType: 'TRUNCATE_TABLE',
        change: { kind: 'truncate', name: name() },
      };
    case 'insert':
      return {
        kind: 'change',
        statementType: 'INSERT',
        change: { kind: 'insert', name: name(), query: insertedRows(analysis, node, name()) },
      };
    case 'delete':
    case 'update':
      return changeRows(analysis, node, name());
  }
}

function targetOf(analysis: Analysis, path: readonly Name[], at: number): TableName {
  const name = tableNameOf(
    analysis,
    path.map((part) => part.name),
    at,
  );
  if (name.datasetId === '')
    throw mistake(
      `Table "${name.tableId}" must be qualified with a dataset (e.g. dataset.table)`,
      at,
    );
  return name;
}

function createTemporaryTable(analysis: Analysis, node: Of<'create-table'>): Change {
  const { script } = analysis.context;
  if (!script) throw mistake('Use of CREATE TEMPORARY TABLE requires a script or session');
  const names = node.path.map(({ name }) => name);
  const [temporaryName = '', ...more] =
    names[0]?.toUpperCase() === '_SESSION' ? names.slice(1) : names;
  if (more.length > 0) throw mistake('Temporary tables may not be qualified', node.at);
  const existing = script.tables.get(temporaryName);
  const { change, statementType } = createTable(analysis, node, existing ?? script.newTable);
  return {
    kind: 'change',
    statementType,
    change: { ...(change as Extract<TableChange, { kind: 'create-table' }>), temporaryName },
  };
}

function createTable(analysis: Analysis, node: Of<'create-table'>, name: TableName): Change {
  const query =
    node.query && finishQuery(analysis, analyzeQuery(analysis, outermost, node.query, {}));
  const declared = node.columns?.map((column) => columnOf(analysis, column));
  if (!declared && !query) throw mistake('CREATE TABLE needs columns or a query', node.at);
  const schema = declared ?? query?.columns ?? [];
  const { clusterBy } = node;
  return {
    kind: 'change',
    statementType: query ? 'CREATE_TABLE_AS_SELECT' : 'CREATE_TABLE',
    change: {
      kind: 'create-table',
      name,
      mode: node.mode,
      schema,
      settings: {
        ...tableSettings(
          analysis,
          node.options,
          node.partitionBy ? partitioningOf(node.partitionBy, schema) : {},
          node.at,
        ),
        ...(clusterBy.length > 0
          ? { clustering: { fields: clusterBy.map((column) => column.name) } }
          : {}),
      },
      ...(query ? { query: declared ? fitted(query, declared, node.at) : query } : {}),
    },
  };
}

function columnOf(
  analysis: Analysis,
  { name, type, isRequired, options }: ColumnNode,
): BigQueryField {
  const parameters = type.kind === 'scalar' ? type.parameters : [];
  if (parameters.length > 0) throw refused('types with parameters in CREATE TABLE', type.at);
  return withAttributes(analysis, toField(name, resolveType(type)), type, { isRequired, options });
}

/** A field with its description, and whether it may be NULL; those within it likewise. */
function withAttributes(
  analysis: Analysis,
  field: BigQueryField,
  type: TypeNode,
  { isRequired, options }: FieldAttributes,
): BigQueryField {
  const { description } = optionSettings(analysis, options, ['description']);
  const own = type.kind === 'array' ? type.element : type;
  const fields =
    own.kind === 'struct'
      ? field.fields?.map((inner, index) => {
          const node = own.fields[index];
          return node?.attributes
            ? withAttributes(analysis, inner, node.type, node.attributes)
            : inner;
        })
      : field.fields;
  return {
    ...field,
    ...(fields ? { fields } : {}),
    ...(isRequired && field.mode !== 'REPEATED' ? { mode: 'REQUIRED' as const } : {}),
    ...(typeof description === 'string' ? { description } : {}),
  };
}

/** The query’s columns as the declared ones. */
function fitted(
  query: TranslatedQuery,
  schema: readonly BigQueryField[],
  at: number,
): TranslatedQuery {
  if (query.columns.length !== schema.length)
    throw mistake(
      'The number of columns in the column definition list does not match the number of columns produced by the query',
      at,
    );
  const list = schema.map((field, index) => {
    const given = query.columns[index] as BigQueryField;
    const value: Typed = { sql: `q.${quoteName(given.name)}`, type: fromField(given) };
    const message = `Query column ${index + 1} has type ${typeName(value.type)}, which cannot be coerced to ${typeName(fromField(field))}, the type of column ${field.name}`;
    return `${coerceOr(value, fromField(field), message, at).sql} AS ${quoteName(field.name)}`;
  });
  return { ...query, sql: `SELECT ${list.join(', ')} FROM (${query.sql}) AS q`, columns: schema };
}

function changeRows(
  analysis: Analysis,
  node: Of<'delete'> | Of<'update'>,
  name: TableName,
): Change {
  const table = analysis.table(name, undefined);
  const { schema } = table;
  const alias = analysis.newRelation();
  const guards = guardTable(analysis, table);
  const columns = schema.map((field) => ({
    name: field.name,
    type: fromField(field),
    sql: `${alias}.${quoteName(field.name)}`,
    ...guards(field.name),
  }));
  const scope: Scope = {
    from: { variables: [{ name: node.alias ?? name.tableId, columns }], columns },
    ctes: new Map(),
    noAggregates: `in ${node.kind.toUpperCase()}`,
    noWindows: `in ${node.kind.toUpperCase()}`,
  };
  const sets = node.kind === 'update' ? node.sets : [];
  for (const { name: column, at } of sets)
    if (!schema.some((field) => sameName(field.name, column)))
      throw mistake(`Unrecognized name: ${column}`, at);
  const values = schema.map((field, index) => {
    const set = sets.findLast((each) => sameName(field.name, each.name));
    if (!set) return (columns[index] as { sql: string }).sql;
    return assigned(analyzeExpression(analysis, scope, set.value), field, set.value.at).sql;
  });
  const where = analyzeExpression(analysis, scope, node.where);
  markFiltered(analysis, scope, node.where);
  const condition = coerceOr(
    where,
    bool,
    `WHERE clause should return type BOOL, but returns ${typeName(where.type)}`,
    node.where.at,
  ).sql;
  return {
    kind: 'change',
    statementType: node.kind.toUpperCase(),
    change: { kind: node.kind, name, alias, condition, values, bound: analysis.values() },
  };
}
