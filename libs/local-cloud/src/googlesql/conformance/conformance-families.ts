import { aggregates } from './aggregates.js';
import { arrays } from './arrays.js';
import { casts } from './casts.js';
import { conditionals } from './conditionals.js';
import { type ConformanceCase } from './conformance-case.js';
import { dates } from './dates.js';
import { datetimes } from './datetimes.js';
import { deepJson } from './deep-json.js';
import { edges } from './edges.js';
import { forms } from './forms.js';
import { geographies } from './geographies.js';
import { hashes } from './hashes.js';
import { json } from './json.js';
import { numbers } from './numbers.js';
import { parameters } from './parameters.js';
import { patterns } from './patterns.js';
import { product } from './product.js';
import { queries } from './queries.js';
import { refusals } from './refusals.js';
import { scripts } from './scripts.js';
import { strictness } from './strictness.js';
import { strings } from './strings.js';
import { timestampParts } from './timestamp-parts.js';
import { timestamps } from './timestamps.js';
import { traps } from './traps.js';
import { windowFrames } from './window-frames.js';
import { windows } from './windows.js';

/** The whole conformance table by family: what Google's reference of GoogleSQL promises, with its traps. */
export const conformanceFamilies: Readonly<Record<string, readonly ConformanceCase[]>> = {
  strings,
  patterns,
  numbers,
  conditionals,
  dates,
  datetimes,
  timestamps,
  timestampParts,
  casts,
  json,
  geographies,
  arrays,
  aggregates,
  windows,
  windowFrames,
  queries,
  hashes,
  parameters,
  product,
  refusals,
  traps,
  deepJson,
  edges,
  forms,
  strictness,
  scripts,
};
