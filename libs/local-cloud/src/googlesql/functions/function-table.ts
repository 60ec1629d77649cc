import { arrayFunctions } from './array-functions.js';
import { conditionalFunctions } from './conditional-functions.js';
import { formatFunctions } from './format-functions.js';
import { type FunctionTable } from './function-spec.js';
import { hashFunctions } from './hash-functions.js';
import { jsonFunctions } from './json-functions.js';
import { mathFunctions } from './math-functions.js';
import { otherFunctions } from './other-functions.js';
import { regexpFunctions } from './regexp-functions.js';
import { stringFunctions } from './string-functions.js';
import { timeFunctions } from './time-functions.js';
import { timeTextFunctions } from './time-text-functions.js';

/** Every function that gives one value for each row. What is not here is refused. */
export const functionTable: FunctionTable = {
  ...stringFunctions,
  ...regexpFunctions,
  ...hashFunctions,
  ...conditionalFunctions,
  ...mathFunctions,
  ...jsonFunctions,
  ...timeFunctions,
  ...timeTextFunctions,
  ...formatFunctions,
  ...arrayFunctions,
  ...otherFunctions,
};
