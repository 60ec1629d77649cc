/** A double as C's `%.15g` writes it, or `%.17g` where that does not read back: `1e+20`, `0.1`, `inf`, `nan`. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return '0';
  const short = general(value, 15);
  return Number(short) === value ? short : general(value, 17);
}

function general(value: number, precision: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential(precision - 1).split('e');
  const power = Number(exponent);
  if (power >= -4 && power < precision)
    return value
      .toFixed(precision - 1 - power)
      .replace(/(\.\d*?)0+$/, '$1')
      .replace(/\.$/, '');
  const digits = mantissa.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
