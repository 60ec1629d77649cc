import { castSql, decimalText, floatText } from '../analyzer/cast-sql.js';
import { refused } from '../sql-error.js';
import { fieldName, quoteName, type SqlType, string } from '../types.js';

/** SQL for the text of a value in FORMAT: `%t` as people read it, `%T` as a literal of GoogleSQL. NULL is `NULL`. */
export function valueText(sql: string, type: SqlType, form: 't' | 'T', depth = 0): string {
  return `coalesce(${present(sql, type, form, depth)}, 'NULL')`;
}

function present(sql: string, type: SqlType, form: 't' | 'T', depth: number): string {
  const literal = (name: string, text: string): string =>
    form === 'T' ? `'${name} "' || ${text} || '"'` : text;
  switch (type.kind) {
    case 'INT64':
      return `CAST(${sql} AS VARCHAR)`;
    case 'BOOL':
      return `CAST(${sql} AS VARCHAR)`;
    case 'FLOAT64':
      return floatForm(sql, form);
    case 'NUMERIC':
      return literal('NUMERIC', decimalText(sql));
    case 'BIGNUMERIC':
      return literal('BIGNUMERIC', sql);
    case 'STRING':
      return form === 'T' ? `gs_string_literal(${sql})` : sql;
    case 'GEOGRAPHY':
      if (form === 'T') throw refused('%T of GEOGRAPHY');
      return sql;
    case 'BYTES':
      return form === 'T' ? `gs_bytes_literal(${sql}, 'b')` : `gs_bytes_literal(${sql}, '')`;
    case 'DATE':
    case 'TIME':
    case 'DATETIME':
    case 'TIMESTAMP':
    case 'INTERVAL':
      return literal(type.kind, castSql(sql, type, string));
    case 'JSON':
      return form === 'T'
        ? `'JSON ' || gs_string_literal(CAST(${sql} AS VARCHAR))`
        : `CAST(${sql} AS VARCHAR)`;
    case 'ARRAY': {
      const item = `e${depth}`;
      return `'[' || array_to_string(list_transform(${sql}, lambda ${item}: ${valueText(item, type.element, form, depth + 1)}), ', ') || ']'`;
    }
    case 'STRUCT': {
      const members = type.fields.map((field, index) =>
        valueText(`${sql}.${quoteName(fieldName(field, index))}`, field.type, form, depth),
      );
      const text = members.join(` || ', ' || `);
      return `CASE WHEN ${sql} IS NOT NULL THEN '${type.fields.length === 1 && form === 'T' ? 'STRUCT' : ''}(' || ${text} || ')' END`;
    }
    default:
      throw refused(`FORMAT of ${type.kind}`);
  }
}

/** Whole numbers show a point: `1.0`. What is no number is a cast as a literal. */
function floatForm(sql: string, form: 't' | 'T'): string {
  const text = `CASE WHEN regexp_full_match(${floatText(sql)}, '-?[0-9]+') THEN ${floatText(sql)} || '.0' ELSE ${floatText(sql)} END`;
  if (form === 't') return text;
  return `CASE WHEN isfinite(${sql}) THEN ${text} ELSE 'CAST("' || ${floatText(sql)} || '" AS FLOAT64)' END`;
}
