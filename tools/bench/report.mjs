/** Middle value; of an even count, the lower of the two in the middle. */
export const median = (values) => [...values].sort((a, b) => a - b)[(values.length - 1) >> 1];

/** Collects and prints the rows of one benchmark. */
export class Report {
  #missed = 0;

  constructor(title) {
    console.log(`\n${title}`);
  }

  /** One figure beside its limit, both in `unit`; the samples are summed up by their median. */
  limit(what, samples, limit, unit) {
    const measured = median([samples].flat());
    const holds = measured <= limit;
    if (!holds) this.#missed += 1;
    const ratio = limit === 0 ? measured : measured / limit;
    this.#row(what, measured, unit, `limit ${limit} ${unit}`, ratio, holds);
  }

  /** Ours beside a rival of the same run, in `unit`; `atMost` is the ratio (ours / rival) that must hold. */
  rival(what, ours, rivalName, theirs, unit, atMost) {
    const [mine, other] = [median([ours].flat()), median([theirs].flat())];
    const holds = atMost === undefined || mine / other <= atMost;
    if (!holds) this.#missed += 1;
    const wanted = atMost === undefined ? '' : ` (at most ${atMost})`;
    this.#row(
      what,
      mine,
      unit,
      `${rivalName} ${figure(other)} ${unit}${wanted}`,
      mine / other,
      holds,
    );
  }

  /** A figure without a limit. */
  note(what, value, unit) {
    console.log(`  ${what.padEnd(44)} ${figure(value).padStart(10)} ${unit}`);
  }

  /** How many limits were missed. */
  end() {
    return this.#missed;
  }

  #row(what, measured, unit, beside, ratio, holds) {
    console.log(
      `  ${what.padEnd(44)} ${figure(measured).padStart(10)} ${unit.padEnd(4)} ${beside.padEnd(40)} ratio ${ratio.toFixed(2)}${holds ? '' : '  MISSED'}`,
    );
  }
}

const figure = (value) =>
  value >= 100 ? String(Math.round(value)) : value.toPrecision(3).replace(/\.?0+$/, '');
