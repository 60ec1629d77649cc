import { type default as bigquery } from '@google-cloud/bigquery/build/src/types.js';
import { type WireJob, type WireRow, type WireTable } from './wire-types.js';

/** Fields of fields hold fields: this far down is looked. */
type Deep = readonly [0, 0, 0, 0, 0];
type Less<Depth extends readonly unknown[]> = Depth extends readonly [unknown, ...infer Rest]
  ? Rest
  : [];

/** The paths of `Wire` that `Published` does not have, or has with another type; never when all is well. */
type Strays<
  Wire,
  Published,
  Path extends string,
  Depth extends readonly unknown[] = Deep,
> = Depth extends readonly []
  ? never
  : [Wire] extends [readonly (infer Item)[]]
    ? Published extends readonly (infer Other)[]
      ? Strays<Item, Other, `${Path}[]`, Less<Depth>>
      : `${Path} is no list`
    : [Wire] extends [object]
      ? {
          [Key in keyof Wire & string]: Key extends keyof Published
            ? Strays<
                NonNullable<Wire[Key]>,
                NonNullable<Published[Key]>,
                `${Path}.${Key}`,
                Less<Depth>
              >
            : `${Path}.${Key} is not published`;
        }[keyof Wire & string]
      : [Published] extends [Wire]
        ? never
        : `${Path} has another type`;

const isNone = <_T extends never>(): void => undefined;

/** What is read of BigQuery's resources is there, by Google's own types. This file is compiled, never run. */
isNone<Strays<WireJob, bigquery.IJob, 'job'>>();
isNone<Strays<WireTable, bigquery.ITable, 'table'>>();
isNone<Strays<WireRow, bigquery.ITableRow, 'row'>>();
