import { arrayOf, scalar, type ScalarKind, type SqlType } from '../types.js';
import {
  type CustomCall,
  type FunctionSpec,
  type Overload,
  type Parameter,
  type Template,
} from './function-spec.js';
import { type Typed } from '../analyzer/typed.js';

type Definition = readonly [signature: string, template: Template];

/**
 * A function by its signatures and what they become: `['STRING, INT64, [INT64] -> STRING', (s, p, n) => …]`. `...`
 * behind a type repeats it, `T` is any type that all `T` share.
 */
export const fn = (...definitions: readonly Definition[]): FunctionSpec => ({
  kind: 'overloads',
  overloads: definitions.map(([signature, template]) => readOverload(signature, template)),
});

export const custom = (text: string, run: (call: CustomCall) => Typed): FunctionSpec => ({
  kind: 'custom',
  text,
  run,
});

function readOverload(signature: string, template: Template): Overload {
  const [left = '', right = ''] = signature.split('->').map((part) => part.trim());
  const parameters = left === '' ? [] : left.split(',').map((each) => readParameter(each.trim()));
  return {
    parameters,
    returns: right === 'T' ? undefined : readReturn(right),
    template,
    text: left,
  };
}

function readParameter(text: string): Parameter {
  const isOptional = text.startsWith('[');
  const isRepeated = text.endsWith('...');
  const name = text.replace(/^\[|\]$|\.\.\.$/g, '');
  const type =
    name === 'T' || name === 'ANY' || name === 'ARRAY<T>'
      ? name
      : (readType(name) as Parameter['type']);
  return { type, isOptional, isRepeated };
}

function readReturn(name: string): Overload['returns'] {
  if (name !== 'ARRAY<T>') return readType(name);
  return (args) => {
    const [first] = args;
    return first?.type.kind === 'ARRAY' ? first.type : arrayOf(first?.type ?? scalar('INT64'));
  };
}

function readType(name: string): SqlType {
  const element = /^ARRAY<(\w+)>$/.exec(name)?.[1];
  return element ? arrayOf(scalar(element as ScalarKind)) : scalar(name as ScalarKind);
}
