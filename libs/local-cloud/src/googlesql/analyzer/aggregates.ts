import { type FunctionSpec, type FunctionTable } from '../functions/function-spec.js';
import { aggregateFunctions } from '../functions/aggregate-functions.js';
import { windowFunctions } from '../functions/window-functions.js';

export const isAggregate = (name: string): boolean => Object.hasOwn(aggregateFunctions, name);

export const isWindowFunction = (name: string): boolean => Object.hasOwn(windowFunctions, name);

export const find = (table: FunctionTable, name: string): FunctionSpec | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
