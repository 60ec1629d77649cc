import { AppError } from '../errors.js';
import { type Mask } from '../request/export-request.js';
import { type Field, type FieldType, isNested } from '../schema.js';
import { type ParameterList } from './bind-value.js';

/** What stands in the file instead of the value: an expression and its type. */
export interface MaskedColumn {
  readonly sql: string;
  readonly type: FieldType;
}

/** Compiles a mask over `sql`, the quoted column. `maskScope` says whose key a hash has. */
export function compileMask(
  mask: Mask,
  field: Field,
  sql: string,
  parameters: ParameterList,
  maskScope: string | undefined,
  where: string,
): MaskedColumn {
  if (mask.kind !== 'null' && isNested(field)) {
    throw refuse(
      where,
      `Column ${field.name} is nested or repeated; it can only be masked with null.`,
    );
  }
  const text = field.type === 'STRING' ? sql : `CAST(${sql} AS STRING)`;
  switch (mask.kind) {
    case 'null':
      // A typed NULL that does not touch the column: whoever may not read it can still leave it out.
      return {
        sql: isNested(field) ? `IF(FALSE, ${sql}, NULL)` : `CAST(NULL AS ${field.type})`,
        type: field.type,
      };
    case 'constant':
      return { sql: parameters.add('STRING', mask.value), type: 'STRING' };
    case 'sha256': {
      if (maskScope === undefined) {
        throw refuse(
          where,
          'This service has no key for sha256 masks.',
          'Set OUTHAUL_MASK_KEY to 32 to 64 random characters.',
        );
      }
      // HMAC-SHA256, as `openssl dgst -sha256 -hmac` makes it.
      const inner = `SHA256(CONCAT(${parameters.addSecret({ half: 'inner', scope: maskScope })}, CAST(${text} AS BYTES)))`;
      return {
        sql: `TO_HEX(SHA256(CONCAT(${parameters.addSecret({ half: 'outer', scope: maskScope })}, ${inner})))`,
        type: 'STRING',
      };
    }
    case 'keep-first':
      return {
        sql: `CONCAT(SUBSTR(${text}, 1, ${mask.count}), REPEAT('*', GREATEST(LENGTH(${text}) - ${mask.count}, 0)))`,
        type: 'STRING',
      };
    case 'keep-last':
      return {
        sql: `CONCAT(REPEAT('*', GREATEST(LENGTH(${text}) - ${mask.count}, 0)), RIGHT(${text}, ${mask.count}))`,
        type: 'STRING',
      };
    case 'date-to-month':
      return { sql: `${truncationOf(field, where)}(${sql}, MONTH)`, type: field.type };
    case 'email-domain':
      return { sql: `REGEXP_EXTRACT(${text}, r'@([^@]+)$')`, type: 'STRING' };
  }
}

function truncationOf(field: Field, where: string): string {
  if (field.type === 'DATE') return 'DATE_TRUNC';
  if (field.type === 'DATETIME') return 'DATETIME_TRUNC';
  if (field.type === 'TIMESTAMP') return 'TIMESTAMP_TRUNC';
  throw refuse(where, `Column ${field.name} of type ${field.type} has no month.`);
}

const refuse = (field: string, message: string, fix?: string): AppError =>
  new AppError('request-invalid', message, { field, fix, faults: [{ field, message }] });
