import { float64, int64, type SqlType } from '../types.js';
import { failSql, type Typed } from '../analyzer/typed.js';

export interface WindowFunctionSpec {
  readonly text: string;
  readonly least: number;
  readonly most: number;
  readonly returns: (args: readonly Typed[]) => SqlType;
  /** Whether a frame may be given. */
  readonly takesFrame: boolean;
  readonly takesNulls: boolean;
  readonly needsOrder: boolean;
  readonly sql: (args: readonly Typed[], nulls: string) => string;
}

const number = (name: string, type: SqlType, least = 0): WindowFunctionSpec => ({
  text: least === 1 ? 'INT64' : '',
  least,
  most: least,
  returns: () => type,
  takesFrame: false,
  takesNulls: false,
  needsOrder: name !== 'row_number',
  sql: (args) => `${name}(${args.map(({ sql }) => sql).join(', ')})`,
});

const firstType = ([first]: readonly Typed[]): SqlType => first?.type ?? int64;

const value = (
  name: string,
  least: number,
  most: number,
  takesFrame: boolean,
): WindowFunctionSpec => ({
  text: least === 2 ? 'T, INT64' : most === 3 ? 'T, [INT64], [T]' : 'T',
  least,
  most,
  returns: firstType,
  takesFrame,
  takesNulls: takesFrame,
  needsOrder: true,
  sql: (args, nulls) => `${name}(${args.map(({ sql }) => sql).join(', ')}${nulls})`,
});

/** LAG and LEAD; DuckDB would look the other way at a negative offset. */
function moved(name: 'lag' | 'lead'): WindowFunctionSpec {
  const spec = value(name, 1, 3, false);
  const failure = failSql(
    `'The offset to the function ${name.toUpperCase()} must not be null or negative'`,
    int64,
  );
  const checked = (offset: Typed): Typed => ({
    ...offset,
    sql: `CASE WHEN ${offset.sql} >= 0 THEN ${offset.sql} ELSE ${failure} END`,
  });
  return {
    ...spec,
    sql: (args, nulls) =>
      spec.sql(
        args.map((arg, index) => (index === 1 ? checked(arg) : arg)),
        nulls,
      ),
  };
}

/** Functions that only exist over windows. */
export const windowFunctions: Readonly<Record<string, WindowFunctionSpec>> = {
  CUME_DIST: number('cume_dist', float64),
  DENSE_RANK: number('dense_rank', int64),
  FIRST_VALUE: value('first_value', 1, 1, true),
  LAG: moved('lag'),
  LAST_VALUE: value('last_value', 1, 1, true),
  LEAD: moved('lead'),
  NTH_VALUE: value('nth_value', 2, 2, true),
  NTILE: number('ntile', int64, 1),
  PERCENT_RANK: number('percent_rank', float64),
  RANK: number('rank', int64),
  ROW_NUMBER: number('row_number', int64),
};
