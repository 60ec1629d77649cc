import {
  DuckDBDecimalType,
  DuckDBListType,
  DuckDBStructType,
  type DuckDBType,
  DuckDBTypeId,
} from '@duckdb/node-api';
import { notImplemented } from '../http/cloud-error.js';
import { type BigQueryField } from './schema.js';

const simple: Readonly<Record<number, string>> = {
  [DuckDBTypeId.BOOLEAN]: 'BOOLEAN',
  [DuckDBTypeId.TINYINT]: 'INTEGER',
  [DuckDBTypeId.SMALLINT]: 'INTEGER',
  [DuckDBTypeId.INTEGER]: 'INTEGER',
  [DuckDBTypeId.BIGINT]: 'INTEGER',
  [DuckDBTypeId.UTINYINT]: 'INTEGER',
  [DuckDBTypeId.USMALLINT]: 'INTEGER',
  [DuckDBTypeId.UINTEGER]: 'INTEGER',
  [DuckDBTypeId.UBIGINT]: 'NUMERIC',
  [DuckDBTypeId.HUGEINT]: 'NUMERIC',
  [DuckDBTypeId.FLOAT]: 'FLOAT',
  [DuckDBTypeId.DOUBLE]: 'FLOAT',
  [DuckDBTypeId.VARCHAR]: 'STRING',
  [DuckDBTypeId.ENUM]: 'STRING',
  [DuckDBTypeId.UUID]: 'STRING',
  [DuckDBTypeId.BLOB]: 'BYTES',
  [DuckDBTypeId.DATE]: 'DATE',
  [DuckDBTypeId.TIME]: 'TIME',
  [DuckDBTypeId.TIMESTAMP]: 'DATETIME',
  [DuckDBTypeId.TIMESTAMP_S]: 'DATETIME',
  [DuckDBTypeId.TIMESTAMP_MS]: 'DATETIME',
  [DuckDBTypeId.TIMESTAMP_NS]: 'DATETIME',
  [DuckDBTypeId.TIMESTAMP_TZ]: 'TIMESTAMP',
  [DuckDBTypeId.INTERVAL]: 'INTERVAL',
  [DuckDBTypeId.SQLNULL]: 'STRING',
};

/** The BigQuery field that a file's column becomes when nobody says otherwise. */
export function fieldOfColumn(name: string, type: DuckDBType): BigQueryField {
  const field = { name: toFieldName(name) };
  if (type instanceof DuckDBListType) {
    const element = fieldOfColumn(name, type.valueType);
    if (element.mode === 'REPEATED') throw notImplemented(`arrays of arrays (column ${name})`);
    return { ...element, mode: 'REPEATED' };
  }
  if (type instanceof DuckDBStructType)
    return {
      ...field,
      type: 'RECORD',
      mode: 'NULLABLE',
      fields: type.entryNames.map((child, index) => ({
        ...fieldOfColumn(child, type.entryTypes[index] as DuckDBType),
        name: child,
      })),
    };
  if (type.alias === 'JSON') return { ...field, type: 'JSON', mode: 'NULLABLE' };
  if (type instanceof DuckDBDecimalType)
    return { ...field, type: type.scale <= 9 ? 'NUMERIC' : 'BIGNUMERIC', mode: 'NULLABLE' };
  const known = simple[type.typeId];
  if (!known) throw notImplemented(`columns of the type ${String(type)} (column ${name})`);
  return { ...field, type: known, mode: 'NULLABLE' };
}

/** What BigQuery's own schema detection makes of a heading: letters, digits and underscores only. */
const toFieldName = (name: string): string => {
  const plain = name.replace(/[^\p{L}\p{N}_]/gu, '_').slice(0, 300) || '_';
  return /^\d/.test(plain) ? `_${plain}` : plain;
};
