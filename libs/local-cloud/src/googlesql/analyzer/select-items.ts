import { type Expression, type Select, type StarItem } from '../parser/ast.js';
import { mistake } from '../sql-error.js';
import { fieldName, quoteName, typeName } from '../types.js';
import { type Analysis } from './analysis.js';
import { analyzeExpression, impliedName } from './analyze-expression.js';
import { findVariable } from './resolve-name.js';
import { type Column, sameName, type Scope } from './scope.js';
import { type Typed } from './typed.js';

export interface OutputItem {
  readonly name?: string;
  readonly value: Typed;
  readonly at: number;
  readonly refusal?: Error;
}

/** The columns of a SELECT list, stars spread out. */
export function selectItems(analysis: Analysis, scope: Scope, select: Select): OutputItem[] {
  const items = select.items.flatMap((item): OutputItem[] => {
    if (item.kind === 'star') return spread(analysis, scope, item, select);
    const value = analyzeExpression(analysis, scope, item.value);
    return [{ name: item.alias ?? impliedName(item.value), value, at: item.at }];
  });
  if (items.length === 0) throw mistake('SELECT * expands to zero columns', select.at);
  return items;
}

function spread(analysis: Analysis, scope: Scope, star: StarItem, select: Select): OutputItem[] {
  const columns = columnsOf(analysis, scope, star, select);
  for (const { name, at } of star.except)
    if (!columns.some((column) => sameName(column.name, name)))
      throw mistake(`Column ${name} in SELECT * EXCEPT list does not exist`, at);
  for (const { name } of star.replace)
    if (!columns.some((column) => sameName(column.name, name)))
      throw mistake(`Column ${name} in SELECT * REPLACE list does not exist`, star.at);
  const kept = columns.filter(
    (column) => !star.except.some(({ name }) => sameName(column.name, name)),
  );
  return kept.map((column) => {
    const replacement = star.replace.find(({ name }) => sameName(column.name, name));
    // A star names every column it stands for, also where nothing uses them afterwards.
    if (column.refusal && !replacement) throw column.refusal;
    return replacement
      ? { ...column, value: analyzeExpression(analysis, scope, replacement.value) }
      : column;
  });
}

function columnsOf(
  analysis: Analysis,
  scope: Scope,
  { base, at }: StarItem,
  select: Select,
): OutputItem[] {
  if (!base) {
    if (!select.from) throw mistake('SELECT * must have a FROM clause', at);
    return scope.from.columns
      .filter(({ isPseudo }) => !isPseudo)
      .map((column) => itemOf(scope, column, at));
  }
  const variable = base.kind === 'name' ? findVariable(scope, base.name) : undefined;
  if (variable)
    return variable.columns
      .filter(({ isPseudo }) => !isPseudo)
      .map((column) => itemOf(scope, column, at));
  const value = analyzeExpression(analysis, scope, base);
  return fieldsOf(value, at);
}

const itemOf = (scope: Scope, column: Column, at: number): OutputItem => ({
  name: column.name,
  value: checked(scope, column, at),
  at,
  ...(column.refusal ? { refusal: column.refusal } : {}),
});

function checked(scope: Scope, column: Typed & { readonly name?: string }, at: number): Typed {
  const { grouping } = scope;
  const key = grouping?.keys.find(({ key: { sql } }) => sql === column.sql);
  if (grouping && !key)
    throw mistake(
      `Star expansion expression references column ${column.name ?? ''} which is neither grouped nor aggregated`,
      at,
    );
  const guards = column.guards ? { guards: column.guards } : {};
  return { ...(key?.column ?? { sql: column.sql, type: column.type }), ...guards };
}

/** The fields of a struct as columns. */
export function fieldsOf(value: Typed, at: number): OutputItem[] {
  const { type, sql } = value;
  if (type.kind !== 'STRUCT')
    throw mistake(`Dot-star is not supported for type ${typeName(type)}`, at);
  const base = /^[\w."]+$/.test(sql) ? sql : `(${sql})`;
  return type.fields.map((field, index) => ({
    name: field.name,
    value: { sql: `${base}.${quoteName(fieldName(field, index))}`, type: field.type },
    at,
  }));
}

/** The expressions behind the names of the SELECT list. */
export function aliasesOf(select: Select): Map<string, Expression> {
  const aliases = new Map<string, Expression>();
  for (const item of select.items)
    if (item.kind === 'value' && item.alias !== undefined)
      aliases.set(item.alias.toLowerCase(), item.value);
  return aliases;
}
