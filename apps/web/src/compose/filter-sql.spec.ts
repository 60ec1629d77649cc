import { type Field } from '@outhaul/api-client';
import { type Filter, type Predicate } from './draft';
import { filterSql } from './filter-sql';

const field = (name: string, type: Field['type']): Field => ({ name, type, mode: 'NULLABLE' });
const fields = [
  field('name', 'STRING'),
  field('delay', 'INT64'),
  field('day', 'DATE'),
  field('price', 'NUMERIC'),
  field('paid', 'BOOL'),
  field('raw', 'BYTES'),
  { ...field('customer', 'STRUCT'), fields: [field('email', 'STRING')] },
];
const one = (predicate: Predicate): string => filterSql({ all: [predicate] }, fields);

it.each<[Predicate, string]>([
  [{ column: 'delay', is: '>', value: 60 }, '`delay` > 60'],
  [{ column: 'delay', is: '=', value: '-5' }, '`delay` = -5'],
  [{ column: 'delay', is: '=', value: '1 OR 1=1' }, "`delay` = CAST('1 OR 1=1' AS INT64)"],
  [{ column: 'name', is: '!=', value: "O'Neil\\\n" }, "`name` != 'O\\'Neil\\\\\\u000a'"],
  [{ column: 'day', is: '<', value: '2026-01-01' }, "`day` < DATE '2026-01-01'"],
  [{ column: 'price', is: '>=', value: '1.5' }, "`price` >= NUMERIC '1.5'"],
  [{ column: 'paid', is: '=', value: 'true' }, '`paid` = TRUE'],
  [{ column: 'raw', is: '=', value: 'AA==' }, "`raw` = FROM_BASE64('AA==')"],
  [{ column: 'customer.email', is: 'null' }, '`customer`.`email` IS NULL'],
  [{ column: 'name', is: 'not-null' }, '`name` IS NOT NULL'],
  [{ column: 'name', is: 'in', values: ['a', 'b'] }, "`name` IN ('a', 'b')"],
  [{ column: 'delay', is: 'not-in', values: [1, 2] }, '`delay` NOT IN (1, 2)'],
  [{ column: 'delay', is: 'between', from: 1, to: 9 }, '`delay` BETWEEN 1 AND 9'],
  [{ column: 'name', is: 'contains', value: 'x' }, "STRPOS(`name`, 'x') > 0"],
  [{ column: 'delay', is: 'starts-with', value: '1' }, "STARTS_WITH(CAST(`delay` AS STRING), '1')"],
  [{ column: 'we`ird', is: 'ends-with', value: 'x' }, "ENDS_WITH(CAST(`we\\`ird` AS STRING), 'x')"],
])('writes %j', (predicate, sql) => expect(one(predicate)).toBe(sql));

it.each<[Filter, string]>([
  [
    {
      any: [
        { column: 'delay', is: '>', value: 1 },
        { column: 'name', is: 'null' },
      ],
    },
    '(`delay` > 1) OR (`name` IS NULL)',
  ],
  [
    {
      all: [
        { column: 'delay', is: '>', value: 1 },
        { column: 'name', is: 'null' },
      ],
    },
    '(`delay` > 1) AND (`name` IS NULL)',
  ],
  [{ expression: 'delay > 3' }, 'delay > 3'],
])('joins %j', (filter, sql) => expect(filterSql(filter, fields)).toBe(sql));
