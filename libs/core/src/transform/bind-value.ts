import { AppError } from '../errors.js';
import { type MaskSecret, type QueryParameter } from '../ports/warehouse.js';
import { type Field } from '../schema.js';

type Scalar = string | number | boolean;
type ParameterType = QueryParameter['type'];

/** Each digit is read by one part of a pattern only: two that may share them try every way to do so. */
const shapes: Partial<Record<ParameterType, RegExp>> = {
  INT64: /^[+-]?\d{1,19}$/,
  FLOAT64: /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$|^[+-]?inf(inity)?$|^nan$/i,
  NUMERIC: /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i,
  BIGNUMERIC: /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i,
  BOOL: /^(true|false)$/i,
  DATE: /^\d{4}-\d{1,2}-\d{1,2}$/,
  TIME: /^\d{1,2}:\d{1,2}:\d{1,2}(\.\d{1,6})?$/,
  DATETIME: /^\d{4}-\d{1,2}-\d{1,2}([ T]\d{1,2}:\d{1,2}:\d{1,2}(\.\d{1,6})?)?$/i,
  TIMESTAMP:
    /^\d{4}-\d{1,2}-\d{1,2}([ T]\d{1,2}:\d{1,2}:\d{1,2}(\.\d{1,6})?)?( ?(Z|UTC|[+-]\d{1,2}(:\d{2})?))?$/i,
  BYTES: /^[A-Za-z0-9+/]*={0,2}$/,
};

/** Collects the values of one statement as bound parameters. */
export class ParameterList {
  readonly parameters: QueryParameter[] = [];

  /** Binds a value that is compared with `field`; answers how the SQL names it. Throws when the type does not fit. */
  bind(value: Scalar, field: Field, where: string): string {
    return this.add(typeOf(field, where), textOf(value, field, where));
  }

  bindAll(values: readonly Scalar[], field: Field, where: string): string {
    return this.add(
      typeOf(field, where),
      values.map((value) => textOf(value, field, where)),
    );
  }

  /** A value that is known only when a job is made. */
  addSecret(secret: MaskSecret): string {
    const name = `p${this.parameters.length}`;
    this.parameters.push({ name, type: 'BYTES', value: '', secret });
    return `@${name}`;
  }

  add(type: ParameterType, value: string | readonly string[]): string {
    const name = `p${this.parameters.length}`;
    this.parameters.push({ name, type, value });
    return `@${name}`;
  }
}

function typeOf(field: Field, where: string): ParameterType {
  switch (field.type) {
    case 'INTERVAL':
    case 'GEOGRAPHY':
    case 'JSON':
    case 'RANGE':
    case 'STRUCT':
      throw refuse(where, `Column ${field.name} of type ${field.type} cannot be compared.`);
    default:
      if (field.mode === 'REPEATED')
        throw refuse(where, `Column ${field.name} is repeated and cannot be compared.`);
      return field.type;
  }
}

function textOf(value: Scalar, field: Field, where: string): string {
  const text = String(value);
  const type = field.type as ParameterType;
  const isText = typeof value === 'string';
  const fits =
    type === 'STRING'
      ? isText
      : type === 'BOOL'
        ? typeof value !== 'number' && shapes.BOOL?.test(text)
        : typeof value !== 'boolean' && shapes[type]?.test(text);
  if (typeof value === 'number' && isRounded(value, type)) {
    throw refuse(
      where,
      `A JSON number has room for about 16 digits: ${text} may have been rounded on its way. Send the value as a text, as "${text}".`,
    );
  }
  if (fits) return text;
  throw refuse(
    where,
    `${JSON.stringify(value)} is not a value of type ${field.type}, which column ${field.name} has.`,
  );
}

/** Whether a double of these digits may be another value than the one that was written. */
function isRounded(value: number, type: ParameterType): boolean {
  if (type === 'INT64') return !Number.isSafeInteger(value);
  if (type !== 'NUMERIC' && type !== 'BIGNUMERIC') return false;
  const digits = String(value).replace(/e.*$/, '').replace(/[-.]/g, '').replace(/^0+/, '');
  return Number.isInteger(value) ? !Number.isSafeInteger(value) : digits.length > 15;
}

const refuse = (field: string, message: string): AppError =>
  new AppError('request-invalid', message, { field, faults: [{ field, message }] });
