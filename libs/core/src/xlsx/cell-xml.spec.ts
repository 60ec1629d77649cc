import { aField } from '../testing/builders.js';
import { type FieldType } from '../schema.js';
import { cellXml } from './cell-xml.js';

const day = 46_022; // 2025-12-31, as spreadsheets count days.
const valueOf = (xml: string) => Number(/<v>(.*)<\/v>/.exec(xml)?.[1]);
const textOf = (xml: string) => /<t [^>]*>(.*)<\/t>/.exec(xml)?.[1];
const cell = (type: FieldType, value: string) => cellXml('A1', value, aField('at', type));

it.each<[FieldType, string]>([
  ['DATE', '0001-01-01'],
  ['DATE', '0099-12-31'],
  ['DATE', '1900-02-28'],
  ['DATETIME', '0001-01-01T00:00:00'],
  ['TIMESTAMP', '0099-12-31 23:59:59 UTC'],
])('keeps the %s %s, which a spreadsheet cannot count, as a text', (type, value) =>
  expect(textOf(cell(type, value))).toBe(value),
);

it('counts the days of all others', () => {
  expect(valueOf(cell('DATE', '1900-03-01'))).toBe(61);
  expect(valueOf(cell('DATE', '2025-12-31'))).toBe(day);
  expect(valueOf(cell('DATE', '9999-12-31'))).toBe(2_958_465);
});

it.each<[FieldType, string, number]>([
  ['DATETIME', '2025-12-31T23:59:59.999999', day],
  ['TIMESTAMP', '2025-12-31 23:59:59.9996 UTC', day],
  ['TIMESTAMP', '9999-12-31 23:59:59.999999 UTC', 2_958_465],
  ['TIME', '23:59:59.999999', 0],
])('leaves the %s %s in its day', (type, value, whole) => {
  const last = (86_400_000 - 1) / 86_400_000;
  expect(valueOf(cell(type, value))).toBeCloseTo(whole + last, 9);
  expect(Math.floor(valueOf(cell(type, value)))).toBe(whole);
});
