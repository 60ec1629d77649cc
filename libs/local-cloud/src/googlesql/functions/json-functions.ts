import { argumentTypes, coerce, coercionCost, coerceOr } from '../analyzer/coerce.js';
import { applyTemplate, type Typed } from '../analyzer/typed.js';
import { readPath } from '../native/json-path.js';
import { QueryFailure } from '../native/native-function.js';
import { mistake, refused } from '../sql-error.js';
import { arrayOf, bool, duckdbType, float64, int64, json, type SqlType, string } from '../types.js';
import { custom, fn } from './define.js';
import { type CustomCall, type FunctionSpec, type FunctionTable } from './function-spec.js';
import { jsonText } from './json-text.js';

/** The JSON and its path, `$` when none is given; the path must be a literal or a parameter, as in BigQuery. */
function sourceOf(call: CustomCall): { source: Typed; path: Typed } {
  const { node, name } = call;
  const [first, second] = node.args.map(call.analyze);
  const message = `No matching signature for function ${name} for argument types: ${argumentTypes([first, second].filter((each) => each !== undefined))}. Supported signatures: ${name}(STRING, [STRING]); ${name}(JSON, [STRING])`;
  if (!first || node.args.length > 2) throw mistake(message, node.at);
  const source = first.type.kind === 'JSON' ? first : coerceOr(first, string, message, node.at);
  const path = coerceOr(
    second ?? { sql: `'$'`, type: string, constant: { text: '$', isLiteral: true } },
    string,
    message,
    node.at,
  );
  const text = path.constant?.text;
  if (text !== undefined && text !== null)
    try {
      readPath(text);
    } catch (error) {
      if (error instanceof QueryFailure) throw mistake(error.message, node.args[1]?.at ?? node.at);
      throw error;
    }
  return { source, path };
}

const asText = ({ sql, type }: Typed): string =>
  type.kind === 'JSON' ? `CAST(${sql} AS VARCHAR)` : sql;

const value = custom('STRING | JSON, [STRING]', (call) => {
  const { source, path } = sourceOf(call);
  return {
    sql: applyTemplate(
      (x, p) => `gs_json_value(${x}, ${p})`,
      [asText(source), path.sql],
      call.isSafe,
    ),
    type: string,
  };
});

const query = custom('STRING | JSON, [STRING]', (call) => {
  const { source, path } = sourceOf(call);
  const isJson = source.type.kind === 'JSON';
  const sql = applyTemplate(
    (x, p) => `gs_json_query(${x}, ${p}, '${isJson ? 'JSON' : 'NULL'}')`,
    [asText(source), path.sql],
    call.isSafe,
  );
  return isJson ? { sql: `CAST(${sql} AS JSON)`, type: json } : { sql, type: string };
});

function list(how: 'query' | 'value'): FunctionSpec {
  return custom('STRING | JSON, [STRING]', (call) => {
    const { source, path } = sourceOf(call);
    const element = how === 'query' && source.type.kind === 'JSON' ? json : string;
    const texts = applyTemplate(
      (x, p) => `from_json(gs_json_array(${x}, ${p}, '${how}'), '["VARCHAR"]')`,
      [asText(source), path.sql],
      call.isSafe,
    );
    return {
      sql: element.kind === 'JSON' ? `CAST(${texts} AS JSON[])` : texts,
      type: arrayOf(element),
    };
  });
}

/** `INT64(json)` fails where the value is of another type, `LAX_INT64(json)` converts it. */
const scalarSpec = (type: SqlType, mode: 'strict' | 'lax'): FunctionSpec =>
  fn([
    `JSON -> ${type.kind}`,
    (x) =>
      `CAST(gs_json_scalar(CAST(${x} AS VARCHAR), '${type.kind}', '${mode}') AS ${duckdbType(type)})`,
  ]);

/** A value as JSON, whatever its type. */
const asJson = (each: Typed): string =>
  applyTemplate((x) => jsonText(x, each.type, { wideNumbers: true }), [each.sql]);

export const jsonFunctions: FunctionTable = {
  BOOL: scalarSpec(bool, 'strict'),
  FLOAT64: scalarSpec(float64, 'strict'),
  INT64: scalarSpec(int64, 'strict'),
  JSON_ARRAY: custom('ANY...', (call) => {
    const parts = call.node.args.map((node) => asJson(call.analyze(node)));
    return {
      sql: `CAST(gs_parse_json('[' || ${parts.join(` || ',' || `) || "''"} || ']') AS JSON)`,
      type: json,
    };
  }),
  JSON_EXTRACT: query,
  JSON_EXTRACT_ARRAY: list('query'),
  JSON_EXTRACT_SCALAR: value,
  JSON_EXTRACT_STRING_ARRAY: list('value'),
  JSON_OBJECT: custom('STRING, ANY, ...', (call) => {
    const values = call.node.args.map(call.analyze);
    if (values.length % 2 !== 0 || values[0]?.type.kind === 'ARRAY')
      throw refused('JSON_OBJECT of arrays', call.node.at);
    const members = values.map((each, index) => {
      if (index % 2 !== 0) return asJson(each);
      const key = coerceOr(
        each,
        string,
        `No matching signature for function JSON_OBJECT: keys must be STRING`,
        call.node.at,
      );
      return `CAST(to_json(${key.sql}) AS VARCHAR) || ':'`;
    });
    const pairs = members.flatMap((member, index) =>
      index % 2 === 0 ? [`${member} || ${members[index + 1]}`] : [],
    );
    return {
      sql: `CAST(gs_parse_json('{' || ${pairs.join(` || ',' || `) || "''"} || '}') AS JSON)`,
      type: json,
    };
  }),
  JSON_QUERY: query,
  JSON_QUERY_ARRAY: list('query'),
  JSON_TYPE: fn(['JSON -> STRING', (x) => `gs_json_type(CAST(${x} AS VARCHAR))`]),
  JSON_VALUE: value,
  JSON_VALUE_ARRAY: list('value'),
  LAX_BOOL: scalarSpec(bool, 'lax'),
  LAX_FLOAT64: scalarSpec(float64, 'lax'),
  LAX_INT64: scalarSpec(int64, 'lax'),
  LAX_STRING: scalarSpec(string, 'lax'),
  PARSE_JSON: custom('STRING, [wide_number_mode=>STRING]', (call) => {
    const [first] = call.node.args.map(call.analyze);
    if (!first || call.node.args.length > 1 || coercionCost(first, string) === undefined)
      throw mistake(
        'No matching signature for function PARSE_JSON. Supported signature: PARSE_JSON(STRING, [STRING])',
        call.node.at,
      );
    const [mode] = call.node.named;
    const isKnown =
      mode?.name === 'WIDE_NUMBER_MODE' &&
      mode.value.kind === 'literal' &&
      ['exact', 'round'].includes(mode.value.text);
    if (mode && !isKnown)
      throw refused(`this ${mode.name.toLowerCase()} of PARSE_JSON`, call.node.at);
    const how = mode?.value.kind === 'literal' ? mode.value.text : 'exact';
    return {
      sql: `CAST(${applyTemplate((x) => `gs_parse_wide_json(${x}, '${how}')`, [coerce(first, string).sql], call.isSafe)} AS JSON)`,
      type: json,
    };
  }),
  TO_JSON: custom('ANY, [stringify_wide_numbers=>BOOL]', (call) => {
    const [first] = call.node.args.map(call.analyze);
    if (!first || call.node.args.length > 1)
      throw mistake(
        'No matching signature for function TO_JSON. Supported signature: TO_JSON(ANY)',
        call.node.at,
      );
    const [option] = call.node.named;
    if (option && (option.name !== 'STRINGIFY_WIDE_NUMBERS' || option.value.kind !== 'literal'))
      throw refused(`the argument ${option.name.toLowerCase()} of TO_JSON`, call.node.at);
    const wideNumbers = option?.value.kind !== 'literal' || option.value.text !== 'TRUE';
    const text = applyTemplate(
      (x) => jsonText(x, first.type, { wideNumbers }),
      [first.sql],
      call.isSafe,
    );
    return { sql: `CAST(gs_parse_json(${text}) AS JSON)`, type: json };
  }),
  TO_JSON_STRING: custom('ANY, [BOOL]', ({ node, analyze, isSafe }) => {
    const [first, pretty] = node.args.map(analyze);
    if (!first || node.args.length > 2)
      throw mistake(
        'No matching signature for function TO_JSON_STRING. Supported signature: TO_JSON_STRING(ANY, [BOOL])',
        node.at,
      );
    const text = applyTemplate((x) => `(${jsonText(x, first.type)})`, [first.sql], isSafe);
    if (!pretty) return { sql: text, type: string };
    const flag = coerceOr(
      pretty,
      bool,
      'No matching signature for function TO_JSON_STRING. Supported signature: TO_JSON_STRING(ANY, [BOOL])',
      node.at,
    );
    return {
      sql: applyTemplate(
        (x, p) => `(CASE WHEN ${p} THEN gs_pretty_json(${x}) ELSE ${x} END)`,
        [text, flag.sql],
      ),
      type: string,
    };
  }),
};
