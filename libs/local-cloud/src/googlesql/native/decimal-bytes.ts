import { type DecimalKind, formatDecimal, parseDecimal, readDecimal, rescale } from './decimal.js';
import { type NativeFunction, QueryFailure } from './native-function.js';

/** The shortest big-endian two's complement. */
export function twosComplement(value: bigint): Buffer {
  let size = 1;
  while (BigInt.asIntN(size * 8, value) !== value) size += 1;
  const hex = BigInt.asUintN(size * 8, value).toString(16);
  return Buffer.from(hex.padStart(size * 2, '0'), 'hex');
}

/** The text of a decimal as files hold it. Throws for what the type (NUMERIC, BIGNUMERIC or STRING) cannot hold. */
export function decimalOfBytes(bytes: Uint8Array, scale: number, type: string): string {
  const hex = Buffer.from(bytes).toString('hex');
  const unscaled = hex === '' ? 0n : BigInt.asIntN(hex.length * 4, BigInt(`0x${hex}`));
  const text = formatDecimal({ unscaled, scale });
  const kept = type === 'STRING' ? text : parseDecimal(text, type as DecimalKind);
  if (kept !== text) throw new QueryFailure(`Invalid ${type} value: ${text}`);
  return text;
}

export const decimalBytesFunctions: readonly NativeFunction[] = [
  {
    name: 'gs_bignumeric_bytes',
    parameters: ['VARCHAR', 'BIGINT'],
    returns: 'BLOB',
    run(text: string, scale: bigint) {
      const value = readDecimal(text);
      if (!value) throw new QueryFailure(`Invalid BIGNUMERIC value: ${text}`);
      return twosComplement(rescale(value, Number(scale)));
    },
  },
  {
    name: 'gs_decimal_of_bytes',
    parameters: ['BLOB', 'BIGINT', 'VARCHAR'],
    returns: 'VARCHAR',
    run: (bytes: Uint8Array, scale: bigint, type: string) =>
      decimalOfBytes(bytes, Number(scale), type),
  },
];
