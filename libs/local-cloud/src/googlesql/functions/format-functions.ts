import { castSql, decimalText } from '../analyzer/cast-sql.js';
import { coerceOr } from '../analyzer/coerce.js';
import { applyTemplate, isNullLiteral, type Typed } from '../analyzer/typed.js';
import { formatElements } from '../native/format-text.js';
import { mistake, refused } from '../sql-error.js';
import { float64, int64, string, typeName } from '../types.js';
import { custom } from './define.js';
import { type CustomCall, type FunctionTable } from './function-spec.js';
import { jsonText } from './json-text.js';
import { valueText } from './value-text.js';

/** The elements that the format takes, one for each argument; `*` takes an INT64. */
function wantedOf(call: CustomCall, format: Typed): string[] {
  const text = format.constant?.text;
  if (text === undefined || text === null)
    throw refused(
      'FORMAT with a format string that is neither a literal nor a parameter',
      call.node.at,
    );
  const elements = formatElements(text);
  if (!elements)
    throw mistake(`Invalid format string in FORMAT: ${JSON.stringify(text)}`, call.node.at);
  return elements.flatMap(({ kind, width, precision }) =>
    kind === '%'
      ? []
      : [...(width === '*' ? ['*'] : []), ...(precision === '*' ? ['*'] : []), kind],
  );
}

function argumentText(value: Typed, kind: string, at: number): string {
  const { type, sql } = value;
  const wrong = (wanted: string) =>
    mistake(
      `Invalid type for FORMAT specifier '%${kind}': expected ${wanted} but got ${typeName(type)}`,
      at,
    );
  switch (kind) {
    case 't':
    case 'T':
      return applyTemplate((x) => valueText(x, type, kind), [sql]);
    case 'p':
    case 'P': {
      const text = applyTemplate((x) => jsonText(x, type), [sql]);
      return kind === 'P' ? `gs_pretty_json(${text})` : text;
    }
    case 's':
      if (type.kind !== 'STRING' && !isNullLiteral(value)) throw wrong('STRING');
      return castSql(sql, type, string);
    case '*':
    case 'd':
    case 'i':
    case 'o':
    case 'u':
    case 'x':
    case 'X':
      return `CAST(${coerceOr(value, int64, wrong('integer').message, at).sql} AS VARCHAR)`;
    default:
      if (type.kind === 'NUMERIC') return applyTemplate(decimalText, [sql]);
      if (type.kind === 'BIGNUMERIC') return sql;
      return `gs_float_text(${coerceOr(value, float64, wrong('FLOAT64').message, at).sql})`;
  }
}

export const formatFunctions: FunctionTable = {
  FORMAT: custom('STRING, ANY...', (call) => {
    const [first, ...rest] = call.node.args;
    if (!first)
      throw mistake(
        'No matching signature for function FORMAT with no arguments. Supported signature: FORMAT(STRING, [ANY, ...])',
        call.node.at,
      );
    const format = coerceOr(
      call.analyze(first),
      string,
      'No matching signature for function FORMAT: the format must be a STRING',
      first.at,
    );
    if (isNullLiteral(format)) return { sql: 'CAST(NULL AS VARCHAR)', type: string };
    const kinds = wantedOf(call, format);
    if (kinds.length !== rest.length)
      throw mistake(
        `Too ${rest.length < kinds.length ? 'few' : 'many'} arguments to FORMAT for pattern ${JSON.stringify(format.constant?.text)}; Expected ${kinds.length}; Got ${rest.length}`,
        call.node.at,
      );
    const args = rest.map((node, index) =>
      argumentText(call.analyze(node), kinds[index] ?? 's', node.at),
    );
    const list = args.length > 0 ? `[${args.join(', ')}]` : 'CAST([] AS VARCHAR[])';
    return {
      sql: applyTemplate(
        (f, values) => `gs_format(${f}, ${values})`,
        [format.sql, list],
        call.isSafe,
      ),
      type: string,
    };
  }),
};
