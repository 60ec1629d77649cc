import {
  BIGINT,
  BLOB,
  blobValue,
  DOUBLE,
  DuckDBBlobVector,
  type DuckDBConnection,
  DuckDBListValue,
  DuckDBScalarFunction,
  type DuckDBType,
  type DuckDBValue,
  type DuckDBVector,
  LIST,
  VARCHAR,
} from '@duckdb/node-api';
import { failureMark } from './failure-mark.js';
import { type NativeFunction, type NativeType, QueryFailure } from './native-function.js';
import { nativeFunctions } from './native-functions.js';

const types: Readonly<Record<NativeType, DuckDBType>> = {
  VARCHAR,
  BIGINT,
  DOUBLE,
  BLOB,
  'VARCHAR[]': LIST(VARCHAR),
};

/** Makes the functions that DuckDB lacks known to a database; all its connections have them then. */
export function registerNativeFunctions(connection: DuckDBConnection): void {
  for (const each of nativeFunctions) connection.registerScalarFunction(scalarFunction(each));
}

function scalarFunction({ name, parameters, returns, run }: NativeFunction): DuckDBScalarFunction {
  return DuckDBScalarFunction.create({
    name,
    parameterTypes: parameters.map((type) => types[type]),
    returnType: types[returns],
    mainFunction(_info, input, output) {
      const vectors = parameters.map((_, index) => input.getColumnVector(index));
      for (let row = 0; row < input.rowCount; row++) {
        const args = vectors.map((vector) => itemOf(vector, row));
        const result = args.includes(null) ? null : call(run, args);
        output.setItem(row, result instanceof Uint8Array ? blobValue(result) : result);
      }
      output.flush();
    },
  });
}

function call(run: NativeFunction['run'], args: readonly unknown[]) {
  try {
    return run(...(args as never[]));
  } catch (error) {
    if (error instanceof QueryFailure)
      throw new Error(failureMark + error.message, { cause: error });
    throw error;
  }
}

/** An argument as the function takes it. Bytes are not copied: nobody keeps them. */
function itemOf(vector: DuckDBVector, row: number): unknown {
  if (vector instanceof DuckDBBlobVector) return vector.getItemBytes(row);
  const value: DuckDBValue = vector.getItem(row);
  return value instanceof DuckDBListValue ? value.items : value;
}
