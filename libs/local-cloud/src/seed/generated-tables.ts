import { type BigQueryField } from '../bigquery/schema.js';
import { draw, type SampleTable } from './sample-table.js';

const field = (name: string, type: string, description: string, more = {}): BigQueryField => ({
  name,
  type,
  mode: 'NULLABLE',
  description,
  ...more,
});

const orders: SampleTable = {
  tableId: 'orders',
  description: 'Generated orders of a shop, with nested customers and repeated line items.',
  schema: [
    field('order_id', 'INTEGER', 'Number of the order.', { mode: 'REQUIRED' }),
    field('ordered_at', 'TIMESTAMP', 'When it was placed.'),
    field('customer', 'RECORD', 'Who ordered.', {
      fields: [
        field('customer_id', 'INTEGER', 'Number of the customer.'),
        field('name', 'STRING', 'Full name.'),
        field('email', 'STRING', 'E-mail address.'),
        field('country', 'STRING', 'Two-letter country.'),
      ],
    }),
    field('items', 'RECORD', 'Line items, one to five.', {
      mode: 'REPEATED',
      fields: [
        field('sku', 'STRING', 'Article.'),
        field('quantity', 'INTEGER', 'Pieces.'),
        field('unit_price', 'NUMERIC', 'Price of one piece.'),
        field('tags', 'STRING', 'Marks on the line.', { mode: 'REPEATED' }),
      ],
    }),
    field('total', 'NUMERIC', 'Sum over the line items.'),
    field('note', 'STRING', 'What the customer wrote; mostly NULL.'),
  ],
  sql: () => `SELECT order_id, ordered_at, customer, items,
      list_sum(list_transform(items, lambda i: i.quantity * i.unit_price)), note
    FROM (SELECT n AS order_id,
      TIMESTAMPTZ '2025-01-01 00:00:00+00' + to_microseconds(n * 691_200_000 + ${draw('n', 1, 1000000)}) AS ordered_at,
      struct_pack(customer_id := 1000 + ${draw('n', 2, 4000)},
        name := ['Ada', 'Emil', 'Vera', 'Noor', 'José', '李雷'][1 + ${draw('n', 3, 6)}] || ' ' ||
                ['Berg', 'O''Neil', 'Okafor', 'Sato', '"Quote"'][1 + ${draw('n', 4, 5)}],
        email := 'customer' || (1000 + ${draw('n', 2, 4000)}) || '@example.com',
        country := ['DE', 'FR', 'US', 'JP', 'NG'][1 + ${draw('n', 5, 5)}]) AS customer,
      list_transform(range(1 + ${draw('n', 6, 5)}), lambda k: struct_pack(
        sku := 'SKU-' || lpad(${draw(`(n * 7 + k)`, 7, 500)}::VARCHAR, 4, '0'),
        quantity := 1 + ${draw(`(n * 7 + k)`, 8, 4)},
        unit_price := ((99 + ${draw(`(n * 7 + k)`, 9, 20000)}) / 100.0)::DECIMAL(38, 9),
        tags := list_filter(['gift', 'fragile', 'sale'], lambda t: ${draw(`(n || t || k)`, 10, 4)} = 0))) AS items,
      CASE WHEN ${draw('n', 11, 20)} = 0 THEN 'Please ring twice,' || chr(10) || 'then <leave> & go' END AS note
    FROM range(1, 30001) AS r(n))`,
};

const ordersByDay: SampleTable = {
  tableId: 'orders_by_day',
  description:
    'Generated sales, partitioned by day and clustered by country: January to April 2026.',
  settings: {
    timePartitioning: { type: 'DAY', field: 'order_date' },
    clustering: { fields: ['country'] },
  },
  schema: [
    field('order_date', 'DATE', 'Day of the sale; the partition.'),
    field('order_id', 'INTEGER', 'Number of the order.'),
    field('country', 'STRING', 'Two-letter country.'),
    field('amount', 'NUMERIC', 'Sum of the order.'),
    field('is_paid', 'BOOLEAN', 'Whether it is paid.'),
  ],
  sql: () => `SELECT DATE '2026-01-01' + (n % 120)::INTEGER, 500000 + n,
      ['DE', 'FR', 'US', 'JP', 'NG'][1 + ${draw('n', 21, 5)}],
      ((100 + ${draw('n', 22, 100000)}) / 100.0)::DECIMAL(38, 9), ${draw('n', 23, 3)} > 0
    FROM range(0, 60000) AS r(n)`,
};

const allTypes: SampleTable = {
  tableId: 'all_types',
  description: 'One column of every type, with ordinary values, extremes and NULLs.',
  schema: [
    field('id', 'INTEGER', 'Number of the row.', { mode: 'REQUIRED' }),
    field('string_value', 'STRING', 'Text.'),
    field('bytes_value', 'BYTES', 'Bytes.'),
    field('integer_value', 'INTEGER', '64-bit integer.'),
    field('float_value', 'FLOAT', '64-bit floating point, also NaN and infinities.'),
    field('boolean_value', 'BOOLEAN', 'Truth value.'),
    field('timestamp_value', 'TIMESTAMP', 'Instant.'),
    field('date_value', 'DATE', 'Day.'),
    field('time_value', 'TIME', 'Time of day.'),
    field('datetime_value', 'DATETIME', 'Day and time without a zone.'),
    field('numeric_value', 'NUMERIC', 'Decimal of 38 digits, 9 behind the point.'),
    field('bignumeric_value', 'BIGNUMERIC', 'Decimal of 76 digits, 38 behind the point.'),
    field('geography_value', 'GEOGRAPHY', 'Shape on the earth.'),
    field('json_value', 'JSON', 'JSON document.'),
    field('interval_value', 'INTERVAL', 'Span of time.'),
    field('range_value', 'RANGE', 'Days from and to.', { rangeElementType: { type: 'DATE' } }),
    field('array_value', 'INTEGER', 'Array of integers.', { mode: 'REPEATED' }),
    field('record_value', 'RECORD', 'Record.', {
      fields: [field('x', 'INTEGER', 'Number.'), field('y', 'STRING', 'Text.')],
    }),
  ],
  sql: () => `SELECT * FROM (VALUES
    (1, 'plain', 'bytes'::BLOB, 42::BIGINT, 1.5::DOUBLE, true, TIMESTAMPTZ '2020-01-02 03:04:05+00', DATE '2020-01-02',
      TIME '03:04:05', TIMESTAMP '2020-01-02 03:04:05', 12.34::DECIMAL(38, 9), '12.34', 'POINT(13.4 52.5)',
      '{"a":1}'::JSON, INTERVAL 1 YEAR, {'start': DATE '2020-01-01', 'end': DATE '2020-02-01'}, [1, 2, 3]::BIGINT[],
      {'x': 7, 'y': 'seven'}),
    (2, 'comma, "quote" and' || chr(10) || 'new line; <b>&</b> äöü 漢字 🚢', '\\x00\\xFF\\x10'::BLOB, 9223372036854775807,
      'Infinity'::DOUBLE, false, TIMESTAMPTZ '9999-12-31 23:59:59.999999+00', DATE '9999-12-31', TIME '23:59:59.999999',
      TIMESTAMP '9999-12-31 23:59:59.999999', 99999999999999999999999999999.999999999::DECIMAL(38, 9),
      '578960446186580977117854925043439539266.34992332820282019728792003956564819967',
      'POLYGON((0 0, 1 0, 1 1, 0 0))', '{"list":[1,null,"x"],"nested":{"b":true}}'::JSON,
      INTERVAL '14 months 3 days 04:05:06.5', {'start': DATE '2020-01-01', 'end': NULL}, []::BIGINT[], {'x': NULL, 'y': ''}),
    (3, '', ''::BLOB, -9223372036854775808, 'NaN'::DOUBLE, true, TIMESTAMPTZ '0001-01-01 00:00:00+00', DATE '0001-01-01',
      TIME '00:00:00', TIMESTAMP '0001-01-01 00:00:00', -99999999999999999999999999999.999999999::DECIMAL(38, 9),
      '-0.00000000000000000000000000000000000001', 'LINESTRING(0 0, 1 1)', 'null'::JSON, INTERVAL '-1 month -2 days -00:00:01',
      {'start': NULL, 'end': DATE '2020-01-01'}, [-1]::BIGINT[], {'x': -7, 'y': NULL}),
    (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
  ) AS rows`,
};

/** Tables that are made and not read: nested, partitioned, and one of all types. */
export const generatedTables: readonly SampleTable[] = [orders, ordersByDay, allTypes];
