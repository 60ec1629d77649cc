import { formats } from '../request/export-request.js';
import { type FieldType, fieldTypes } from '../schema.js';
import { aBench, aField, aRequest, aTable } from '../testing/index.js';

/** `=` as it is, `n` as it is with a note, `t` cast to text by a query, `x` refused. One letter for each type. */
const table: Record<(typeof formats)[number], string> = {
  //        STRING BYTES INT64 FLOAT64 BOOL NUMERIC BIGNUMERIC DATE TIME DATETIME TIMESTAMP INTERVAL GEOGRAPHY JSON RANGE STRUCT
  csv: '=  n  =  =  =  =  =  =  =  =  n  t  n  n  t  x',
  jsonl: '=  n  n  =  =  n  n  =  =  =  n  t  n  =  t  =',
  avro: '=  =  =  =  =  =  =  =  =  =  =  t  n  n  t  =',
  parquet: '=  =  =  =  =  =  n  =  =  =  =  t  n  n  t  =',
  xlsx: 'n  n  n  n  =  n  n  n  n  n  n  t  n  t  t  x',
};

const pairs = formats.flatMap((format) =>
  table[format].split(/\s+/).map((how, at) => ({ format, type: fieldTypes[at] as FieldType, how })),
);

it('has a row for every type in every format', () => {
  expect(pairs).toHaveLength(formats.length * fieldTypes.length);
});

const plan = (format: (typeof formats)[number], type: FieldType) => {
  const fields = type === 'STRUCT' ? [aField('inner', 'INT64')] : undefined;
  const bench = aBench(aTable({ fields: [aField('x', type, { fields })] }));
  return bench.exporter.plan(bench.owner, aRequest({ format }));
};

it.each(pairs.filter(({ how }) => how !== 'x'))(
  '$type in $format is carried: $how',
  async ({ format, type, how }) => {
    const { engine, source, fields, warnings } = await plan(format, type);
    // What is cast needs a query; everything else is a free extract.
    expect(engine.kind).toBe(how === 't' ? 'query' : 'extract');
    const own = warnings.filter(({ column }) => column === 'x').map(({ code }) => code);
    // A STRUCT speaks for what it holds: an INT64.
    expect(own).toEqual(how === '=' ? [] : [how === 't' ? 'type-cast' : 'type-note']);
    expect(fields[0]?.type).toBe(how === 't' ? 'STRING' : type);
    if (how === 't')
      expect(source.sql).toContain(
        type === 'JSON' ? 'TO_JSON_STRING(source_row.`x`)' : 'CAST(source_row.`x` AS STRING)',
      );
  },
);

it.each(pairs.filter(({ how }) => how === 'x'))(
  '$type in $format is refused, with the way out',
  async ({ format, type }) => {
    await expect(plan(format, type)).rejects.toMatchObject({
      code: 'type-unsupported',
      details: { resource: 'x', fix: expect.stringContaining('flatten') },
    });
  },
);

it.each(formats)('a repeated column in %s is carried or refused', async (format) => {
  const bench = aBench(aTable({ fields: [aField('x', 'INT64', { mode: 'REPEATED' })] }));
  const planned = bench.exporter.plan(bench.owner, aRequest({ format }));
  if (format === 'csv' || format === 'xlsx')
    await expect(planned).rejects.toMatchObject({ code: 'type-unsupported' });
  else expect((await planned).engine.kind).toBe('extract');
});

it.each(['csv', 'xlsx'] as const)('what %s cannot nest is flattened on request', async (format) => {
  const fields = [
    aField('person', 'STRUCT', { fields: [aField('name'), aField('age', 'INT64')] }),
    aField('tags', 'STRING', { mode: 'REPEATED' }),
  ];
  const bench = aBench(aTable({ fields }));
  const flat = await bench.exporter.plan(bench.owner, aRequest({ format, flatten: true }));
  expect(flat.fields.map(({ name, type }) => [name, type])).toEqual([
    ['person_name', 'STRING'],
    ['person_age', 'INT64'],
    ['tags', 'STRING'],
  ]);
});
