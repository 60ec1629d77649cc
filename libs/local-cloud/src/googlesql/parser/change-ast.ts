import {
  type Expression,
  type FieldAttributes,
  type Name,
  type Placed,
  type Query,
  type TypeNode,
} from './ast.js';

export interface Option {
  readonly name: string;
  readonly value: Expression;
}

export interface ColumnNode extends Placed, FieldAttributes {
  readonly name: string;
  readonly type: TypeNode;
}

/** Statements that change tables or what there is of them. */
export type ChangeNode = Placed &
  (
    | {
        readonly kind: 'create-table';
        readonly path: readonly Name[];
        readonly mode: CreateMode;
        /** It lives in the script that creates it. */
        readonly isTemporary: boolean;
        readonly columns?: readonly ColumnNode[];
        readonly partitionBy?: Expression;
        readonly clusterBy: readonly Name[];
        readonly options: readonly Option[];
        readonly query?: Query;
      }
    | {
        readonly kind: 'create-view';
        readonly path: readonly Name[];
        readonly mode: CreateMode;
        readonly options: readonly Option[];
        readonly query: Query;
        /** The query as written. */
        readonly text: string;
      }
    | {
        readonly kind: 'drop';
        readonly what: 'TABLE' | 'VIEW';
        readonly path: readonly Name[];
        readonly ifExists: boolean;
      }
    | {
        readonly kind: 'create-policy';
        /** The table. */
        readonly path: readonly Name[];
        readonly mode: CreateMode;
        readonly policyId: string;
        readonly grantees: readonly string[];
        /** The condition as written. */
        readonly filter: string;
      }
    | {
        readonly kind: 'drop-policy';
        readonly path: readonly Name[];
        /** All of them where it is missing. */
        readonly policyId?: string;
        readonly ifExists: boolean;
      }
    | { readonly kind: 'truncate'; readonly path: readonly Name[] }
    | {
        readonly kind: 'insert';
        readonly path: readonly Name[];
        readonly columns?: readonly Name[];
        readonly rows?: readonly (readonly Expression[])[];
        readonly query?: Query;
      }
    | {
        readonly kind: 'delete';
        readonly path: readonly Name[];
        readonly alias?: string;
        readonly where: Expression;
      }
    | {
        readonly kind: 'update';
        readonly path: readonly Name[];
        readonly alias?: string;
        readonly sets: readonly (Name & { readonly value: Expression })[];
        readonly where: Expression;
      }
  );

export type CreateMode = 'CREATE' | 'OR REPLACE' | 'IF NOT EXISTS';
