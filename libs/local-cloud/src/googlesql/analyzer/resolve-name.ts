import { type CallNode } from '../parser/ast.js';
import { mistake, refused } from '../sql-error.js';
import { type Analysis } from './analysis.js';
import { analyzeExpression } from './analyze-expression.js';
import { structOf } from './build-struct.js';
import { type Column, type RangeVariable, sameName, type Scope } from './scope.js';
import { type Typed } from './typed.js';

/** What a name stands for: a name of the SELECT list, a column, or a whole row of a table. */
export function resolveName(analysis: Analysis, scope: Scope, name: string, at: number): Typed {
  for (let here: Scope | undefined = scope; here; here = here.parent) {
    const found = findIn(analysis, here, name, at);
    if (found) {
      noteForeign(scope, here);
      return found;
    }
  }
  // These may be called without brackets.
  if (/^CURRENT_(DATE|TIME|DATETIME|TIMESTAMP)$/i.test(name))
    return analyzeExpression(analysis, scope, callOf(name, at));
  throw unknownName(scope, name, at);
}

/** To the scopes between, a column of a query around them is one that no filter of theirs is about. */
function noteForeign(scope: Scope, owner: Scope): void {
  for (let here: Scope | undefined = scope; here && here !== owner; here = here.parent)
    here.uses?.add({});
}

const callOf = (name: string, at: number): CallNode => ({
  kind: 'call',
  name: name.toUpperCase(),
  written: name,
  isSafe: false,
  isStar: false,
  isDistinct: false,
  args: [],
  named: [],
  orderBy: [],
  at,
});

function findIn(analysis: Analysis, scope: Scope, name: string, at: number): Typed | undefined {
  const alias = scope.aliases?.get(name.toLowerCase());
  if (alias) {
    const { aliases: _own, ...rest } = scope;
    return analyzeExpression(analysis, rest, alias);
  }
  const column = findColumn(scope.from.columns, name, at);
  if (column) return grouped(scope, column, name, at);
  const variable = scope.from.variables.find((each) => sameName(each.name, name));
  return variable && wholeRow(scope, variable, name, at);
}

/** A column or row by which the rows are grouped; anything else has no single value in a group. */
function grouped(
  scope: Scope,
  value: Typed & Pick<Column, 'refusal' | 'guards'>,
  name: string,
  at: number,
): Typed {
  const { grouping } = scope;
  if (value.refusal) throw value.refusal;
  scope.uses?.add(value);
  const guards = value.guards ? { guards: value.guards } : {};
  if (!grouping) return { sql: value.sql, type: value.type, ...guards };
  const key = grouping.keys.find(({ key: { sql } }) => sql === value.sql);
  if (key) return { ...key.column, ...guards };
  throw mistake(
    `SELECT list expression references column ${name} which is neither grouped nor aggregated`,
    at,
  );
}

function wholeRow(scope: Scope, variable: RangeVariable, name: string, at: number): Typed {
  if (variable.value) return grouped(scope, variable.value, name, at);
  if (variable.mayBeMissing)
    throw refused(`whole rows of ${name}, which an outer join may leave out, as values`, at);
  const columns = variable.columns.filter(({ isPseudo }) => !isPseudo);
  return structOf(
    columns.map((column) => ({
      name: column.name,
      value: grouped(scope, column, column.name ?? name, at),
    })),
  );
}

/** `table.column`: undefined when `name` is no table here, or none with such a column. */
export function resolveQualified(
  scope: Scope,
  name: string,
  field: string,
  at: number,
): Typed | undefined {
  for (let here: Scope | undefined = scope; here; here = here.parent) {
    const variables = here.from.variables.filter((each) => sameName(each.name, name));
    const [variable] = variables;
    if (variable) {
      const column = findColumn(variable.columns, field, at);
      if (column) {
        noteForeign(scope, here);
        return grouped(here, column, `${name}.${field}`, at);
      }
      const isColumnToo = here.from.columns.some((each) => sameName(each.name, name));
      if (!isColumnToo && !variable.value)
        throw mistake(`Name ${field} not found inside ${name}`, at);
      return undefined;
    }
    if (here.from.columns.some((each) => sameName(each.name, name))) return undefined;
  }
  return undefined;
}

function findColumn(columns: readonly Column[], name: string, at: number): Column | undefined {
  const found = columns.filter((column) => sameName(column.name, name));
  if (found.length > 1) throw mistake(`Column name ${name} is ambiguous`, at);
  return found[0];
}

export function findVariable(scope: Scope, name: string): RangeVariable | undefined {
  for (let here: Scope | undefined = scope; here; here = here.parent) {
    const variable = here.from.variables.find((each) => sameName(each.name, name));
    if (variable) return variable;
  }
  return undefined;
}

function unknownName(scope: Scope, name: string, at: number) {
  const names = new Set<string>();
  for (let here: Scope | undefined = scope; here; here = here.parent) {
    for (const column of here.from.columns) if (column.name) names.add(column.name);
    for (const variable of here.from.variables) if (variable.name) names.add(variable.name);
  }
  return mistake(`Unrecognized name: ${name}${suggestion(name, [...names])}`, at);
}

/** `; Did you mean x?` where one of the names is nearly the one that was written. */
export function suggestion(name: string, names: readonly string[]): string {
  const wanted = name.toLowerCase();
  if (wanted.length < 3) return '';
  const limit = Math.max(1, Math.floor(wanted.length / 4) + (wanted.length > 3 ? 1 : 0));
  const [best] = names
    .map((each) => ({ each, distance: editDistance(wanted, each.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return best ? `; Did you mean ${best.each}?` : '';
}

function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 10 || a.length > 100) return 100;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(
        (next[j - 1] ?? 0) + 1,
        (row[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
    row = next;
  }
  return row[b.length] ?? 100;
}
