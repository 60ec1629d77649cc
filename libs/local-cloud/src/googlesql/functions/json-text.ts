import { castSql, datetimeText, decimalText, floatText } from '../analyzer/cast-sql.js';
import { fieldName, quoteName, type SqlType, string } from '../types.js';

/** SQL for the JSON text of a value, `null` for NULL. Inside a struct an array that is NULL is `[]`, as it is stored. */
export function jsonText(sql: string, type: SqlType, options: JsonTextOptions = {}): string {
  return `coalesce(${present(sql, type, options, 0)}, 'null')`;
}

export interface JsonTextOptions {
  /** Whether large numbers stay numbers, as in TO_JSON. */
  readonly wideNumbers?: boolean;
}

const orNull = (sql: string, type: SqlType, options: JsonTextOptions, depth: number): string =>
  `coalesce(${present(sql, type, options, depth)}, '${type.kind === 'ARRAY' ? '[]' : 'null'}')`;

const quoted = (text: string): string => `'"' || ${text} || '"'`;

function present(sql: string, type: SqlType, options: JsonTextOptions, depth: number): string {
  switch (type.kind) {
    case 'BOOL':
      return `CAST(${sql} AS VARCHAR)`;
    case 'INT64':
      if (options.wideNumbers) return `CAST(${sql} AS VARCHAR)`;
      return `CASE WHEN ${sql} BETWEEN -9007199254740992 AND 9007199254740992 THEN CAST(${sql} AS VARCHAR) ELSE ${quoted(`CAST(${sql} AS VARCHAR)`)} END`;
    case 'FLOAT64':
      return `CASE WHEN isnan(${sql}) THEN '"NaN"' WHEN isinf(${sql}) THEN CASE WHEN ${sql} > 0 THEN '"Infinity"' ELSE '"-Infinity"' END ELSE ${floatText(sql)} END`;
    case 'NUMERIC':
      return options.wideNumbers
        ? decimalText(sql)
        : `CASE WHEN ${sql} = trunc(${sql}) AND abs(${sql}) <= 9007199254740992 THEN ${decimalText(sql)} ELSE ${quoted(decimalText(sql))} END`;
    case 'BIGNUMERIC':
      return options.wideNumbers
        ? sql
        : `CASE WHEN regexp_full_match(${sql}, '-?[0-9]{1,16}') AND abs(TRY_CAST(${sql} AS BIGINT)) <= 9007199254740992 THEN ${sql} ELSE ${quoted(sql)} END`;
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
      return `'[' || array_to_string(list_transform(${sql}, lambda ${item}: ${orNull(item, type.element, options, depth + 1)}), ',') || ']'`;
    }
    case 'STRUCT': {
      const members = type.fields.map((field, index) => {
        const key = `${JSON.stringify(field.name ?? '')}:`.replaceAll("'", "''");
        return `'${index === 0 ? '' : ','}${key}' || ${orNull(`${sql}.${quoteName(fieldName(field, index))}`, field.type, options, depth)}`;
      });
      return `CASE WHEN ${sql} IS NOT NULL THEN '{' || ${members.join(' || ') || "''"} || '}' END`;
    }
    case 'RANGE':
      return quoted(castSql(sql, type, string));
  }
}
