import { bytesFunctions } from './bytes-functions.js';
import { decimalBytesFunctions } from './decimal-bytes.js';
import { jsonFunctions } from './json-functions.js';
import { mathFunctions } from './math-functions.js';
import { type NativeFunction, QueryFailure } from './native-function.js';
import { numberFunctions } from './number-functions.js';
import { textFunctions } from './text-functions.js';
import { timeFunctions } from './time-functions.js';

/** Everything that is computed in JavaScript because DuckDB has it not, or not as BigQuery. */
export const nativeFunctions: readonly NativeFunction[] = [
  {
    name: 'gs_fail',
    parameters: ['VARCHAR'],
    returns: 'VARCHAR',
    run(message: string) {
      throw new QueryFailure(message);
    },
  },
  ...textFunctions,
  ...numberFunctions,
  ...mathFunctions,
  ...timeFunctions,
  ...bytesFunctions,
  ...decimalBytesFunctions,
  ...jsonFunctions,
];
