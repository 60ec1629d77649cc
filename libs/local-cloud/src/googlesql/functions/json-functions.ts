import { floatText, datetimeText, decimalText } from '../analyzer/cast-sql.js';
import { castSql } from '../analyzer/cast-sql.js';
import { applyTemplate } from '../analyzer/typed.js';
import { mistake, refused } from '../sql-error.js';
import { fieldName, quoteName, type SqlType, string } from '../types.js';
import { custom } from './define.js';
import { type FunctionTable } from './function-spec.js';

/** SQL that gives the JSON text of a value that is not NULL. */
function jsonOf(sql: string, type: SqlType, depth: number): string {
  const quoted = (text: string): string => `'"' || ${text} || '"'`;
  switch (type.kind) {
    case 'BOOL':
      return `CAST(${sql} AS VARCHAR)`;
    case 'INT64':
      return `CASE WHEN ${sql} BETWEEN -9007199254740992 AND 9007199254740992 THEN CAST(${sql} AS VARCHAR) ELSE ${quoted(`CAST(${sql} AS VARCHAR)`)} END`;
    case 'FLOAT64':
      return `CASE WHEN isnan(${sql}) THEN '"NaN"' WHEN isinf(${sql}) THEN CASE WHEN ${sql} > 0 THEN '"Infinity"' ELSE '"-Infinity"' END ELSE ${floatText(sql)} END`;
    case 'NUMERIC':
      return `gs_json_number(${decimalText(sql)})`;
    case 'BIGNUMERIC':
      return `gs_json_number(${sql})`;
    case 'STRING':
    case 'GEOGRAPHY':
      return `CAST(to_json(${sql}) AS VARCHAR)`;
    case 'BYTES':
      return quoted(`to_base64(${sql})`);
    case 'DATE':
    case 'TIME':
    case 'INTERVAL':
      return quoted(castSql(sql, type, string));
    case 'DATETIME':
      return quoted(`replace(${datetimeText(sql)}, ' ', 'T')`);
    case 'TIMESTAMP':
      return quoted(`replace(${datetimeText(`timezone('UTC', ${sql})`)}, ' ', 'T') || 'Z'`);
    case 'JSON':
      return `CAST(${sql} AS VARCHAR)`;
    case 'ARRAY': {
      const item = `e${depth}`;
      return `'[' || array_to_string(list_transform(${sql}, lambda ${item}: ${orNull(item, type.element, depth + 1)}), ',') || ']'`;
    }
    case 'STRUCT': {
      const members = type.fields.map((field, index) => {
        const key = `${JSON.stringify(field.name ?? '')}:`.replaceAll("'", "''");
        return `'${index === 0 ? '' : ','}${key}' || ${orNull(`${sql}.${quoteName(fieldName(field, index))}`, field.type, depth)}`;
      });
      return `'{' || ${members.join(' || ') || "''"} || '}'`;
    }
    case 'RANGE':
      throw refused('RANGE values');
  }
}

const orNull = (sql: string, type: SqlType, depth: number): string =>
  type.kind === 'ARRAY'
    ? `coalesce(${jsonOf(sql, type, depth)}, '[]')`
    : `coalesce(${jsonOf(sql, type, depth)}, 'null')`;

export const jsonFunctions: FunctionTable = {
  TO_JSON_STRING: custom('ANY, [BOOL]', ({ node, analyze, isSafe }) => {
    const [value, pretty] = node.args.map(analyze);
    if (!value || node.args.length > 2)
      throw mistake(
        'No matching signature for function TO_JSON_STRING. Supported signature: TO_JSON_STRING(ANY, [BOOL])',
        node.at,
      );
    const text = applyTemplate((x) => `(${orNull(x, value.type, 0)})`, [value.sql], isSafe);
    if (!pretty) return { sql: text, type: string };
    return {
      sql: applyTemplate(
        (x, p) => `(CASE WHEN ${p} THEN gs_pretty_json(${x}) ELSE ${x} END)`,
        [text, pretty.sql],
      ),
      type: string,
    };
  }),
};
