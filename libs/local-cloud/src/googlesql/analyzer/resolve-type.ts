import { type TypeNode } from '../parser/ast.js';
import { mistake, refused } from '../sql-error.js';
import { arrayOf, scalar, type ScalarKind, type SqlType } from '../types.js';

const names: Readonly<Record<string, ScalarKind>> = {
  INT64: 'INT64',
  INT: 'INT64',
  SMALLINT: 'INT64',
  INTEGER: 'INT64',
  BIGINT: 'INT64',
  TINYINT: 'INT64',
  BYTEINT: 'INT64',
  FLOAT64: 'FLOAT64',
  BOOL: 'BOOL',
  BOOLEAN: 'BOOL',
  STRING: 'STRING',
  BYTES: 'BYTES',
  NUMERIC: 'NUMERIC',
  DECIMAL: 'NUMERIC',
  BIGNUMERIC: 'BIGNUMERIC',
  BIGDECIMAL: 'BIGNUMERIC',
  DATE: 'DATE',
  TIME: 'TIME',
  DATETIME: 'DATETIME',
  TIMESTAMP: 'TIMESTAMP',
  INTERVAL: 'INTERVAL',
  JSON: 'JSON',
  GEOGRAPHY: 'GEOGRAPHY',
};

/** The type that a type's text names. Parameters (`STRING(10)`) are not part of it. */
export function resolveType(node: TypeNode): SqlType {
  switch (node.kind) {
    case 'array': {
      const element = resolveType(node.element);
      if (element.kind === 'ARRAY') throw mistake('Arrays of arrays are not supported', node.at);
      return arrayOf(element);
    }
    case 'struct':
      return {
        kind: 'STRUCT',
        fields: node.fields.map(({ name, type }) => ({ name, type: resolveType(type) })),
      };
    case 'scalar': {
      if (node.name.startsWith('RANGE<')) throw refused('RANGE values', node.at);
      const kind = names[node.name];
      if (!kind) throw mistake(`Type not found: ${node.name}`, node.at);
      return scalar(kind);
    }
  }
}
