import { conditionals } from './conditionals.js';
import { type ConformanceCase } from './conformance-case.js';
import { dates } from './dates.js';
import { numbers } from './numbers.js';
import { patterns } from './patterns.js';
import { strings } from './strings.js';
import { timestamps } from './timestamps.js';

/** The whole conformance table by family: what Google's reference of GoogleSQL promises, with its traps. */
export const conformanceFamilies: Readonly<Record<string, readonly ConformanceCase[]>> = {
  strings,
  patterns,
  numbers,
  conditionals,
  dates,
  timestamps,
};
