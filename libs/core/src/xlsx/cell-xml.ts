import { AppError } from '../errors.js';
import { type Field } from '../schema.js';
import { mostCharactersOfCell } from './sheet-limits.js';

/** Places of the number formats in the workbook's styles. */
export const cellStyles = { date: 1, time: 2, dateTime: 3, header: 4 } as const;

/** A value as BigQuery's JSON gives it. */
export type CellValue = string | number | boolean | null | undefined;

/** One cell as SpreadsheetML: a number, a truth value, an instant or a text, as the column's type says; empty for NULL. */
export function cellXml(reference: string, value: CellValue, field: Field): string {
  if (value === null || value === undefined) return '';
  const text = String(value);
  switch (field.type) {
    case 'BOOL':
      return `<c r="${reference}" t="b"><v>${text === 'true' ? 1 : 0}</v></c>`;
    case 'INT64':
    case 'NUMERIC':
    case 'BIGNUMERIC':
    case 'FLOAT64':
      return numberXml(reference, text, field);
    case 'DATE':
    case 'DATETIME':
    case 'TIMESTAMP':
      return instantXml(reference, text, field);
    case 'TIME':
      return timeXml(reference, text, field);
    default:
      return textXml(reference, text, field);
  }
}

/** A text cell; nothing in it is ever run as a formula. */
export function textXml(reference: string, text: string, field: Field, style?: number): string {
  if (text.length > mostCharactersOfCell) {
    throw new AppError(
      'type-unsupported',
      `Column ${field.name} holds a text of ${text.length} characters; a cell of a spreadsheet holds ${mostCharactersOfCell}.`,
      {
        resource: field.name,
        fix: 'Leave the column out, mask it with keep-first, or choose csv.',
      },
    );
  }
  const styled = style === undefined ? '' : ` s="${style}"`;
  return `<c r="${reference}"${styled} t="inlineStr"><is><t xml:space="preserve">${escapeXml(text)}</t></is></c>`;
}

/** Spreadsheets hold doubles; whatever has more digits than they keep stays a text. */
function numberXml(reference: string, text: string, field: Field): string {
  const isNumber = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text);
  const digits = text.replace(/e.*$/i, '').replace(/[-.]/g, '').replace(/^0+/, '').length;
  if (!isNumber || (field.type !== 'FLOAT64' && digits > 15))
    return textXml(reference, text, field);
  return `<c r="${reference}"><v>${text}</v></c>`;
}

const instant =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?)?(?: UTC|Z|\+00(?::?00)?)?$/;
const dayMs = 86_400_000;
/** Before this day spreadsheets count wrongly: they hold 1900 for a leap year. */
const firstSafeDay = 61;

function instantXml(reference: string, text: string, field: Field): string {
  const [, year, month, day, hour, minute, second, fraction] = instant.exec(text) ?? [];
  // Date.UTC takes the years 0 to 99 for those of the twentieth century.
  const midnight = new Date(0).setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const days = midnight / dayMs + 25_569;
  if (!(days >= firstSafeDay)) return textXml(reference, text, field);
  const part = fractionOfDay(hour, minute, second, fraction);
  const style = field.type === 'DATE' ? cellStyles.date : cellStyles.dateTime;
  return `<c r="${reference}" s="${style}"><v>${days + part}</v></c>`;
}

function timeXml(reference: string, text: string, field: Field): string {
  const match = /^(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?$/.exec(text);
  if (!match) return textXml(reference, text, field);
  const part = fractionOfDay(match[1], match[2], match[3], match[4]);
  return `<c r="${reference}" s="${cellStyles.time}"><v>${part}</v></c>`;
}

function fractionOfDay(hour = '0', minute = '0', second = '0', fraction = '0'): number {
  // Cut, not rounded: a spreadsheet shows milliseconds, and the last one of a day must not become the next day.
  const millis = Number(fraction.padEnd(3, '0').slice(0, 3));
  return (((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1_000 + millis) / dayMs;
}

/** XML text of any string: what XML cannot hold is written as `_xHHHH_`, as SpreadsheetML has it. */
export function escapeXml(text: string): string {
  return text.replace(
    // eslint-disable-next-line no-control-regex
    /[&<>"]|[\u0000-\u0008\u000b\u000c\u000d\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|_(?=x[0-9A-Fa-f]{4}_)/g,
    (character) =>
      entities[character] ??
      `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
  );
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** `A`, `B`, …, `Z`, `AA`, … of a column counted from 0. */
export function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : columnName(Math.floor(index / 26) - 1) + letter;
}
