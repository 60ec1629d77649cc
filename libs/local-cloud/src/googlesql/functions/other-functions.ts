import { canonicalGeography, geographyText } from '../../formats/geography-text.js';
import { applyTemplate, quoteText } from '../analyzer/typed.js';
import { mistake, refused } from '../sql-error.js';
import { int64, string } from '../types.js';
import { custom, fn } from './define.js';
import { type FunctionTable } from './function-spec.js';

export const otherFunctions: FunctionTable = {
  GENERATE_UUID: fn([' -> STRING', () => 'CAST(uuid() AS VARCHAR)']),
  GROUPING: custom('grouping expression', (call) => {
    const { grouping } = call.scope;
    const [node] = call.node.args;
    if (!grouping || !node)
      throw mistake('GROUPING function is not allowed without GROUP BY', call.node.at);
    const found = call.analyze(node);
    const key = grouping.keys.find(({ column }) => column.sql === found.sql);
    if (!key)
      throw mistake(
        'GROUPING must have an argument that exists within the group-by expression list',
        call.node.at,
      );
    const sql = `CAST(grouping(${key.key.sql}) AS BIGINT)`;
    const known = grouping.aggregates.indexOf(sql);
    const index = known >= 0 ? known : grouping.aggregates.push(sql) - 1;
    return { sql: `${grouping.relation}."a${index + 1}"`, type: int64 };
  }),
  PARSE_BIGNUMERIC: fn(['STRING -> BIGNUMERIC', (x) => `gs_parse_decimal(${x}, 'BIGNUMERIC')`]),
  PARSE_NUMERIC: fn([
    'STRING -> NUMERIC',
    (x) => `CAST(gs_parse_decimal(${x}, 'NUMERIC') AS DECIMAL(38,9))`,
  ]),
  // Geographies are kept as well-known text, in BigQuery's spelling.
  ST_ASTEXT: fn(['GEOGRAPHY -> STRING', (x) => x as string]),
  ST_ASBINARY: fn(['GEOGRAPHY -> BYTES', (x) => `ST_AsWKB(CAST(${x} AS GEOMETRY))`]),
  ST_GEOGFROMTEXT: fn(['STRING -> GEOGRAPHY', (x) => canonicalGeography(x as string)]),
  // Nothing is computed with polygons here, so their orientation changes nothing.
  ST_GEOGFROMWKB: custom('BYTES, [oriented=>BOOL]', ({ node, analyze, isSafe }) => {
    const [first] = node.args.map(analyze);
    const option = node.named.find(({ name }) => name !== 'ORIENTED');
    if (option)
      throw refused(`the argument ${option.name.toLowerCase()} of ST_GEOGFROMWKB`, node.at);
    if (first?.type.kind !== 'BYTES' || node.args.length > 1)
      throw mistake(
        'No matching signature for function ST_GEOGFROMWKB. Supported signature: ST_GEOGFROMWKB(BYTES, [oriented => BOOL])',
        node.at,
      );
    const sql = applyTemplate((x) => geographyText(`ST_GeomFromWKB(${x})`), [first.sql], isSafe);
    return { sql, type: { kind: 'GEOGRAPHY' } };
  }),
  SESSION_USER: custom('', (call) => ({
    sql: quoteText(call.analysis.context.sessionUser),
    type: string,
  })),
};
