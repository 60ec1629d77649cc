import { exactDecimal } from './decimal.js';
import { QueryFailure } from './native-function.js';

/** One `%…` of FORMAT. */
export interface FormatElement {
  readonly text: string;
  readonly flags: string;
  readonly width: string;
  readonly precision: string | undefined;
  readonly kind: string;
}

const pattern = /%([-+ #0']*)(\*|\d+)?(?:\.(\*|\d*))?([a-zA-Z%])/g;

/** The elements of a format in their order; undefined where it is wrong. */
export function formatElements(format: string): FormatElement[] | undefined {
  const elements: FormatElement[] = [];
  const rest = format.replace(pattern, (text, flags, width, precision, kind) => {
    elements.push({ text, flags, width: width ?? '', precision, kind });
    return '';
  });
  return rest.includes('%') || elements.some(({ kind }) => !'diouxXfFeEgGsptTP%'.includes(kind))
    ? undefined
    : elements;
}

/** FORMAT over arguments that are already texts; those of `%t` and `%T` are in their final form. */
export function formatText(format: string, args: readonly (string | null)[]): string | null {
  const values = [...args];
  let isNull = false;
  const take = (): string => {
    const value = values.shift();
    if (value === null || value === undefined) isNull = true;
    return value ?? '';
  };
  const text = format.replace(
    pattern,
    (
      _all,
      flags: string,
      width: string | undefined,
      precision: string | undefined,
      kind: string,
    ) => {
      if (kind === '%') return '%';
      const asked = width === '*' ? Number(take()) : Number(width ?? 0);
      const places =
        precision === '*'
          ? Number(take())
          : precision === undefined
            ? undefined
            : Number(precision);
      const isLeft = flags.includes('-') || asked < 0;
      const body = oneElement(take(), kind, flags, places);
      return padded(body, Math.abs(asked), isLeft, flags, kind);
    },
  );
  return isNull ? null : text;
}

function padded(body: string, width: number, isLeft: boolean, flags: string, kind: string): string {
  const length = [...body].length;
  if (length >= width) return body;
  const fill = width - length;
  if (isLeft) return body + ' '.repeat(fill);
  if (!flags.includes('0') || !'diouxXfFeEgG'.includes(kind) || /inf|nan/i.test(body))
    return ' '.repeat(fill) + body;
  const [sign = ''] = /^[-+ ]?(?:0[xX])?/.exec(body) ?? [];
  return sign + '0'.repeat(fill) + body.slice(sign.length);
}

function oneElement(
  value: string,
  kind: string,
  flags: string,
  precision: number | undefined,
): string {
  const sign = (text: string): string =>
    text.startsWith('-')
      ? text
      : `${flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''}${text}`;
  const grouped = (text: string): string =>
    flags.includes("'")
      ? text.replace(/^(-?\d+)/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','))
      : text;
  switch (kind) {
    case 'd':
    case 'i':
      return sign(grouped(value));
    case 'u':
      return grouped(value);
    case 'x':
    case 'X':
    case 'o': {
      const number = BigInt(value || '0');
      if (number < 0n)
        throw new QueryFailure(`Invalid input to FORMAT: %${kind} of a negative number: ${number}`);
      const digits = number.toString(kind === 'o' ? 8 : 16);
      const prefix = flags.includes('#') && number > 0n ? (kind === 'o' ? '0' : '0x') : '';
      const text = `${prefix}${digits}`;
      return kind === 'X' ? text.toUpperCase() : text;
    }
    case 's':
    case 't':
    case 'T':
    case 'p':
    case 'P':
      return precision === undefined ? value : [...value].slice(0, precision).join('');
    default:
      return sign(grouped(floating(value, kind, precision ?? 6, flags)));
  }
}

function floating(value: string, kind: string, precision: number, flags: string): string {
  const number = Number(value);
  const cased = (text: string): string => (kind === kind.toUpperCase() ? text.toUpperCase() : text);
  if (!Number.isFinite(number))
    return cased(Number.isNaN(number) ? 'nan' : number < 0 ? '-inf' : 'inf');
  if (precision > 100) throw new QueryFailure('The precision of FORMAT is too large');
  const exponential = (digits: number): string =>
    number.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2');
  switch (kind.toLowerCase()) {
    case 'f':
      return toFixed(number, precision);
    case 'e':
      return cased(exponential(precision));
    default: {
      const significant = Math.max(precision, 1);
      const exponent =
        number === 0 ? 0 : Number(number.toExponential(significant - 1).split('e')[1]);
      const text =
        exponent < -4 || exponent >= significant
          ? exponential(significant - 1)
          : toFixed(number, significant - 1 - exponent);
      if (flags.includes('#') || !text.includes('.')) return cased(text);
      return cased(text.replace(/\.?0+(e|$)/, '$1'));
    }
  }
}

/** As C rounds: the exact value of the double, ties to even. JavaScript’s own rounds ties up. */
function toFixed(value: number, places: number): string {
  const { unscaled, scale } = exactDecimal(Math.abs(value));
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const digits =
    places >= scale
      ? unscaled * 10n ** BigInt(places - scale)
      : halfEven(unscaled, 10n ** BigInt(scale - places));
  const text = String(digits).padStart(places + 1, '0');
  return sign + (places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`);
}

function halfEven(value: bigint, unit: bigint): bigint {
  const whole = value / unit;
  const twice = (value % unit) * 2n;
  return twice > unit || (twice === unit && whole % 2n === 1n) ? whole + 1n : whole;
}
