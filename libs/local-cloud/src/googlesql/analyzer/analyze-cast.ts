import { type Expression } from '../parser/ast.js';
import { mistake, refused } from '../sql-error.js';
import { typeName } from '../types.js';
import { castBetween, castSql } from './cast-sql.js';
import { coerce } from './coerce.js';
import { formattedCast } from './formatted-cast.js';
import { resolveType } from './resolve-type.js';
import { applyTemplate, isNullLiteral, type Typed } from './typed.js';

/** CAST and SAFE_CAST, also with FORMAT. */
export function analyzeCast(
  node: Extract<Expression, { kind: 'cast' }>,
  analyze: (each: Expression) => Typed,
): Typed {
  const value = analyze(node.value);
  const type = resolveType(node.type);
  const parameters = node.type.kind === 'scalar' ? node.type.parameters : [];
  if (node.format) {
    const zone = node.zone && analyze(node.zone);
    return formattedCast(value, type, analyze(node.format), zone, node.isSafe, node.at);
  }
  if (isNullLiteral(value)) return { ...coerce(value, type), constant: undefined };
  const isDecimal = type.kind === 'NUMERIC' || type.kind === 'BIGNUMERIC';
  if (isDecimal && value.constant?.isLiteral && value.type.kind === 'FLOAT64' && !parameters[0]) {
    const { constant: _literal, ...exact } = coerce(value, type);
    return exact;
  }
  if (!castBetween(value.type, type))
    throw mistake(`Invalid cast from ${typeName(value.type)} to ${typeName(type)}`, node.at);
  const isWhole = type.kind === 'BIGNUMERIC' && value.type.kind === 'INT64';
  const cast: Typed = {
    sql: castSql(value.sql, value.type, type, node.isSafe),
    type,
    ...(isWhole ? { whole: value.sql } : {}),
  };
  return parameters.length > 0 ? fitted(cast, parameters.map(Number), node) : cast;
}

/** `NUMERIC(10, 2)` rounds, and refuses what does not fit; `STRING(3)` refuses longer texts. */
function fitted(
  cast: Typed,
  parameters: readonly number[],
  node: Extract<Expression, { kind: 'cast' }>,
): Typed {
  const [size = 0, scale = 0] = parameters;
  const { type } = cast;
  if (type.kind === 'STRING' || type.kind === 'BYTES') {
    const length = type.kind === 'STRING' ? 'length' : 'octet_length';
    const name = `${type.kind}(${size})`;
    return {
      type,
      sql: applyTemplate(
        (x) =>
          `(CASE WHEN ${length}(${x}) > ${size} THEN ${node.isSafe ? 'NULL' : `CAST(gs_fail('${name} has maximum length ${size} but got a value with length ' || ${length}(${x})) AS ${type.kind === 'STRING' ? 'VARCHAR' : 'BLOB'})`} ELSE ${x} END)`,
        [cast.sql],
      ),
    };
  }
  if (type.kind === 'NUMERIC') {
    const most = 10 ** (size - scale);
    return {
      type,
      sql: applyTemplate(
        (x) =>
          `(CASE WHEN abs(round(${x}, ${scale})) >= ${most} THEN ${node.isSafe ? 'NULL' : `CAST(gs_fail('Value does not fit in NUMERIC(${size}, ${scale})') AS DECIMAL(38,9))`} ELSE CAST(round(${x}, ${scale}) AS DECIMAL(38,9)) END)`,
        [cast.sql],
      ),
    };
  }
  throw refused(`the parameterized type ${typeName(type)}(…) in CAST`, node.at);
}
