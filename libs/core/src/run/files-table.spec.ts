import { type Plan } from '../plan/plan.js';
import { type Field } from '../schema.js';
import { aField } from '../testing/index.js';
import { countRowsSql, filesTable } from './files-table.js';
import { fingerprintSelect } from './fingerprint.js';

const fields: readonly Field[] = [
  aField('unit price', 'NUMERIC'),
  aField("l'été", 'STRUCT', { fields: [aField('a:b', 'DATETIME', { mode: 'REPEATED' })] }),
];

const planOf = (format: string, given: readonly Field[] = fields): Plan =>
  ({
    fields: given,
    files: { written: { format, compression: 'gzip', header: true }, delimiter: ';' },
  }) as unknown as Plan;

it('calls the columns of CSV by their place, all of them texts', () => {
  expect(filesTable(planOf('csv'), ['gs://b/o'])).toEqual({
    table: 'files',
    uris: ['gs://b/o'],
    format: 'csv',
    compression: 'gzip',
    header: true,
    delimiter: ';',
    fields: [
      { name: 'c0', type: 'STRING', mode: 'NULLABLE' },
      { name: 'c1', type: 'STRING', mode: 'NULLABLE' },
    ],
  });
});

it('reads JSON lines as one column, by a delimiter that JSON escapes and without quotes', () => {
  const plan = planOf('jsonl');
  expect(filesTable(plan, ['gs://b/o'])).toEqual({
    table: 'files',
    uris: ['gs://b/o'],
    format: 'csv',
    compression: 'gzip',
    header: false,
    delimiter: '\u0001',
    quote: '',
    fields: [{ name: 'line', type: 'STRING', mode: 'NULLABLE' }],
  });
  // Every control character is written as an escape, whatever the text.
  expect(JSON.stringify({ a: '\u0001\n"' })).not.toContain('\u0001');
  expect(countRowsSql(plan)).toBe(
    "SELECT COUNTIF(STARTS_WITH(line, '{') AND ENDS_WITH(line, '}')) AS row_count FROM files",
  );
});

it('reads the members of JSON lines by quoted paths', () => {
  const sql = fingerprintSelect('files AS source_row', planOf('jsonl'), 'files');
  expect(sql).toContain(`JSON_VALUE(source_row.document, '$."unit price"')`);
  expect(sql).toContain(`JSON_QUERY_ARRAY(source_row.document, '$."l\\'été"."a:b"')`);
  expect(sql).not.toMatch(/`/);
});

it('names no column in the text that is hashed', () => {
  const plain = [aField('a', 'INT64'), aField('b', 'STRING')];
  for (const format of ['csv', 'jsonl', 'avro', 'parquet'])
    expect(fingerprintSelect('t AS source_row', planOf(format, plain), 'source')).toMatch(
      /FARM_FINGERPRINT\(TO_JSON_STRING\(\[CAST\(source_row\.`a` AS STRING\), /,
    );
});
