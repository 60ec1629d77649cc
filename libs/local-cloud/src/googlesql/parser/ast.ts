import { type ChangeNode, type Option } from './change-ast.js';

/** A place in the text, as an offset. */
export interface Placed {
  readonly at: number;
}

export interface Name extends Placed {
  readonly name: string;
}

export interface FieldNode {
  readonly name?: string;
  readonly type: TypeNode;
  /** Only where the columns of a table are declared. */
  readonly attributes?: FieldAttributes;
}

/** What stands behind the type of a declared column, or of a field within one. */
export interface FieldAttributes {
  readonly isRequired: boolean;
  readonly options: readonly Option[];
}

export type TypeNode = Placed &
  (
    | { readonly kind: 'scalar'; readonly name: string; readonly parameters: readonly string[] }
    | { readonly kind: 'array'; readonly element: TypeNode }
    | {
        readonly kind: 'struct';
        readonly fields: readonly FieldNode[];
      }
  );

export interface OrderItem extends Placed {
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nulls?: 'FIRST' | 'LAST';
}

export type FrameBound =
  | { readonly kind: 'UNBOUNDED PRECEDING' | 'UNBOUNDED FOLLOWING' | 'CURRENT ROW' }
  | { readonly kind: 'PRECEDING' | 'FOLLOWING'; readonly offset: Expression };

export interface WindowSpec extends Placed {
  readonly base?: string;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderItem[];
  readonly frame?: {
    readonly unit: 'ROWS' | 'RANGE';
    readonly start: FrameBound;
    readonly end: FrameBound;
  };
}

export interface CallNode extends Placed {
  readonly kind: 'call';
  /** In capitals, dotted: `SAFE_DIVIDE`, `NET.HOST`. */
  readonly name: string;
  readonly written: string;
  readonly isSafe: boolean;
  readonly isStar: boolean;
  readonly isDistinct: boolean;
  readonly args: readonly Expression[];
  readonly named: readonly { readonly name: string; readonly value: Expression }[];
  readonly nulls?: 'IGNORE' | 'RESPECT';
  readonly having?: { readonly which: 'MAX' | 'MIN'; readonly expression: Expression };
  readonly orderBy: readonly OrderItem[];
  readonly limit?: Expression;
  readonly over?: WindowSpec;
}

export type Expression = Placed &
  (
    | {
        readonly kind: 'literal';
        readonly type: 'NULL' | 'BOOL' | 'INT64' | 'FLOAT64' | 'STRING' | 'BYTES';
        readonly text: string;
        readonly bytes?: Buffer;
      }
    | { readonly kind: 'typed-literal'; readonly type: string; readonly text: string }
    | {
        readonly kind: 'interval';
        readonly value: Expression;
        readonly from: string;
        readonly to?: string;
      }
    | { readonly kind: 'parameter'; readonly name?: string; readonly index: number }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'field'; readonly base: Expression; readonly name: string }
    | { readonly kind: 'unary'; readonly op: string; readonly operand: Expression }
    | {
        readonly kind: 'binary';
        readonly op: string;
        readonly left: Expression;
        readonly right: Expression;
      }
    | {
        readonly kind: 'between';
        readonly negated: boolean;
        readonly value: Expression;
        readonly low: Expression;
        readonly high: Expression;
      }
    | {
        readonly kind: 'in';
        readonly negated: boolean;
        readonly value: Expression;
        readonly list?: readonly Expression[];
        readonly query?: Query;
        readonly unnest?: Expression;
      }
    | {
        readonly kind: 'quantified-like';
        readonly negated: boolean;
        readonly value: Expression;
        readonly how: 'ANY' | 'ALL';
        readonly list: readonly Expression[];
      }
    | {
        readonly kind: 'is';
        readonly negated: boolean;
        readonly value: Expression;
        readonly what: 'NULL' | 'TRUE' | 'FALSE';
      }
    | {
        readonly kind: 'distinct-from';
        readonly negated: boolean;
        readonly left: Expression;
        readonly right: Expression;
      }
    | {
        readonly kind: 'case';
        readonly operand?: Expression;
        readonly whens: readonly { readonly when: Expression; readonly then: Expression }[];
        readonly otherwise?: Expression;
      }
    | {
        readonly kind: 'cast';
        readonly isSafe: boolean;
        readonly value: Expression;
        readonly type: TypeNode;
        readonly format?: Expression;
        readonly zone?: Expression;
      }
    | {
        readonly kind: 'extract';
        readonly part: string;
        readonly value: Expression;
        readonly zone?: Expression;
      }
    | CallNode
    | { readonly kind: 'index'; readonly base: Expression; readonly index: Expression }
    | {
        readonly kind: 'array';
        readonly elementType?: TypeNode;
        readonly elements: readonly Expression[];
      }
    | {
        readonly kind: 'struct';
        readonly type?: TypeNode;
        /** `(a, b)`: its fields have no names. */
        readonly isTuple?: true;
        readonly items: readonly { readonly value: Expression; readonly alias?: string }[];
      }
    | {
        readonly kind: 'subquery';
        readonly query: Query;
        readonly use: 'SCALAR' | 'EXISTS' | 'ARRAY';
      }
  );

export interface StarItem extends Placed {
  readonly kind: 'star';
  /** What stands before `.*`. */
  readonly base?: Expression;
  readonly except: readonly Name[];
  readonly replace: readonly { readonly value: Expression; readonly name: string }[];
}

export interface ValueItem extends Placed {
  readonly kind: 'value';
  readonly value: Expression;
  readonly alias?: string;
}

export interface TableItem extends Placed {
  readonly kind: 'table';
  readonly path: readonly Name[];
  readonly alias?: string;
  readonly offset?: string;
  readonly systemTime?: Expression;
  readonly samplePercent?: Expression;
}

export interface UnnestItem extends Placed {
  readonly kind: 'unnest';
  readonly value: Expression;
  readonly alias?: string;
  /** The name of WITH OFFSET. */
  readonly offset?: string;
}

/** `source PIVOT(aggregates FOR by IN (values))`. */
export interface PivotItem extends Placed {
  readonly kind: 'pivot';
  readonly source: FromItem;
  readonly aggregates: readonly { readonly call: CallNode; readonly alias?: string }[];
  readonly by: Expression;
  readonly values: readonly { readonly value: Expression; readonly alias?: string }[];
  readonly alias?: string;
}

/** `source UNPIVOT(value FOR label IN (columns))`. */
export interface UnpivotItem extends Placed {
  readonly kind: 'unpivot';
  readonly source: FromItem;
  readonly keepsNulls: boolean;
  readonly value: string;
  readonly label: string;
  readonly columns: readonly (Name & { readonly as?: Expression })[];
  readonly alias?: string;
}

export type FromItem =
  | TableItem
  | UnnestItem
  | (Placed & { readonly kind: 'query'; readonly query: Query; readonly alias?: string })
  | PivotItem
  | UnpivotItem
  | (Placed & {
      readonly kind: 'join';
      readonly how: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS';
      readonly left: FromItem;
      readonly right: FromItem;
      readonly on?: Expression;
      readonly using?: readonly Name[];
    });

export interface GroupBy extends Placed {
  readonly how: 'PLAIN' | 'ROLLUP' | 'CUBE' | 'ALL' | 'SETS';
  readonly items: readonly Expression[];
  /** The sets of GROUPING SETS. */
  readonly sets?: readonly (readonly Expression[])[];
}

export interface Select extends Placed {
  readonly kind: 'select';
  readonly isDistinct: boolean;
  readonly as?: 'STRUCT' | 'VALUE';
  readonly items: readonly (StarItem | ValueItem)[];
  readonly from?: FromItem;
  readonly where?: Expression;
  readonly groupBy?: GroupBy;
  readonly having?: Expression;
  readonly qualify?: Expression;
  readonly windows: readonly { readonly name: string; readonly spec: WindowSpec }[];
}

export type QueryBody =
  | Select
  | (Placed & {
      readonly kind: 'set';
      readonly op: 'UNION' | 'INTERSECT' | 'EXCEPT';
      readonly isAll: boolean;
      readonly left: QueryBody;
      readonly right: QueryBody;
    })
  | (Placed & { readonly kind: 'parens'; readonly query: Query });

export interface Query extends Placed {
  readonly with: readonly { readonly name: string; readonly query: Query; readonly at: number }[];
  readonly isRecursive: boolean;
  readonly body: QueryBody;
  readonly orderBy: readonly OrderItem[];
  readonly limit?: Expression;
  readonly offset?: Expression;
}

export type Statement =
  | { readonly kind: 'query'; readonly query: Query }
  | {
      readonly kind: 'export-data';
      readonly options: readonly Option[];
      readonly query: Query;
    }
  | ChangeNode;
