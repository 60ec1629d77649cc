import { type Analysis } from '../analyzer/analysis.js';
import { type Scope } from '../analyzer/scope.js';
import { type Typed } from '../analyzer/typed.js';
import { type CallNode, type Expression } from '../parser/ast.js';
import { type SqlType } from '../types.js';

/** Makes DuckDB’s SQL of the arguments’ SQL; optional arguments that are not given are undefined. */
export type Template = (...args: string[]) => string;

/** One way to call a function. */
export interface Overload {
  readonly parameters: readonly Parameter[];
  /** Undefined = the common type of the arguments of type `T`. */
  readonly returns: SqlType | ((args: readonly Typed[]) => SqlType) | undefined;
  readonly template: Template;
  /** As the documentation writes it. */
  readonly text: string;
}

export interface Parameter {
  /** `T` for any one type, `ANY` for any type by itself, `ARRAY<T>` for an array of the type `T`. */
  readonly type: SqlType | 'T' | 'ANY' | 'ARRAY<T>';
  readonly isOptional: boolean;
  readonly isRepeated: boolean;
}

/** A call whose arguments are not all plain values (date parts, intervals), or whose type depends on more than types. */
export interface CustomCall {
  readonly name: string;
  readonly node: CallNode;
  readonly isSafe: boolean;
  readonly analysis: Analysis;
  readonly scope: Scope;
  analyze(node: Expression): Typed;
}

export type FunctionSpec =
  | { readonly kind: 'overloads'; readonly overloads: readonly Overload[] }
  | {
      readonly kind: 'custom';
      /** As the documentation writes it. */
      readonly text: string;
      readonly run: (call: CustomCall) => Typed;
    };

export type FunctionTable = Readonly<Record<string, FunctionSpec>>;
