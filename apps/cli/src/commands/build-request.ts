import { type ExportRequest } from '@outhaul/api-client';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { parseTableName } from './table-name.js';

/** What the flags of `outhaul export` hold, as written. */
export interface RequestOptions {
  readonly format: string;
  readonly compression?: string;
  readonly columns?: string;
  readonly rename?: readonly string[];
  readonly cast?: readonly string[];
  readonly mask?: readonly string[];
  readonly where?: string;
  readonly flatten?: boolean;
  readonly sample?: string;
  readonly orderBy?: string;
  readonly single?: boolean;
  readonly fileName?: string;
  readonly partition?: string;
  readonly changedSince?: string;
  readonly asOf?: string;
  readonly query?: string;
  readonly limit?: string;
  readonly delimiter?: string;
  readonly header?: boolean;
  readonly verify?: string;
  readonly label?: string;
  readonly bucket?: string;
  readonly billingProject?: string;
  readonly maxBytes?: string;
  readonly maxCost?: string;
  readonly retentionDays?: string;
  readonly escapeFormulas?: boolean;
  readonly partitionFolders?: boolean;
  readonly fileBytes?: string;
  readonly rowsPerFile?: string;
}

/** Makes the request of a command line. What the flags hold is checked by the service, which names every fault at once. */
export function buildRequest(table: string | undefined, options: RequestOptions): ExportRequest {
  const source = JSON.parse(JSON.stringify(sourceOf(table, options))) as ExportRequest['source'];
  return { source, ...buildOptions(options) };
}

/** Everything of a request but its source; what was not asked for is left out. */
export function buildOptions(options: RequestOptions): Omit<ExportRequest, 'source'> {
  const request = {
    billingProject: options.billingProject,
    format: options.format,
    compression: options.compression,
    columns: columnsOf(options),
    filter: options.where === undefined ? undefined : { expression: options.where },
    flatten: options.flatten,
    sample: options.sample === undefined ? undefined : { percent: Number(options.sample) },
    orderBy: options.orderBy?.split(',').map(orderOf),
    limit: numberOf(options.limit),
    shape: options.single ? 'single' : undefined,
    fileName: options.fileName,
    csv:
      options.delimiter !== undefined || options.header === false || options.escapeFormulas
        ? {
            delimiter: options.delimiter,
            header: options.header,
            escapeFormulas: options.escapeFormulas,
          }
        : undefined,
    partitionPrefix: options.partitionFolders,
    targetFileBytes: numberOf(options.fileBytes),
    rowsPerFile: numberOf(options.rowsPerFile),
    verify: options.verify,
    label: options.label,
    bucket: options.bucket,
    maxBytes: numberOf(options.maxBytes),
    maxCost: numberOf(options.maxCost),
    retentionDays: numberOf(options.retentionDays),
  };
  return JSON.parse(JSON.stringify(request)) as Omit<ExportRequest, 'source'>;
}

const numberOf = (text: string | undefined) => (text === undefined ? undefined : Number(text));

function sourceOf(table: string | undefined, options: RequestOptions): object {
  const { query, partition, changedSince, asOf } = options;
  if (query !== undefined) {
    if (table !== undefined)
      throw new CommandFailure(exitCodes.usage, 'Name a table or give a --query, not both.');
    return { type: 'query', sql: query };
  }
  if (table === undefined)
    throw new CommandFailure(
      exitCodes.usage,
      'Name a table, or give a --query.',
      'outhaul export samples.flights --format parquet',
    );
  const [from, to] = partition?.split('..') ?? [];
  return {
    type: 'table',
    ...parseTableName(table),
    partition: changedSince ? { changedSince } : to ? { from, to } : partition,
    asOf,
  };
}

interface ColumnChange {
  readonly as?: string;
  readonly cast?: string;
  readonly mask?: object;
}

/** `--columns` chooses; the changes of `--rename`, `--cast` and `--mask` are laid upon what was chosen. */
function columnsOf({ columns, rename, cast, mask }: RequestOptions): object[] | undefined {
  const changes = new Map<string, ColumnChange>();
  const change = (
    flag: string,
    pairs: readonly string[] | undefined,
    make: (text: string) => ColumnChange,
  ) => {
    const named = new Set<string>();
    for (const pair of pairs ?? []) {
      const at = pair.indexOf('=');
      if (at < 1) throw new CommandFailure(exitCodes.usage, `${pair} is not COLUMN=VALUE.`);
      const name = pair.slice(0, at);
      if (named.has(name))
        throw new CommandFailure(exitCodes.usage, `${flag} names the column ${name} twice.`);
      named.add(name);
      changes.set(name, { ...changes.get(name), ...make(pair.slice(at + 1)) });
    }
  };
  change('--rename', rename, (as) => ({ as }));
  change('--cast', cast, (type) => ({ cast: type.toUpperCase() }));
  change('--mask', mask, (rule) => ({ mask: parseMask(rule) }));
  const names = columns?.split(',').map((name) => name.trim());
  if (!names) {
    if (changes.size === 0) return undefined;
    throw new CommandFailure(
      exitCodes.usage,
      '--rename, --cast and --mask need --columns: the columns of the files, in their order.',
      `--columns ${[...changes.keys()].join(',')},…`,
    );
  }
  const stray = [...changes.keys()].find((name) => !names.includes(name));
  if (stray) throw new CommandFailure(exitCodes.usage, `${stray} is not among the --columns.`);
  return names.map((name) => ({ name, ...changes.get(name) }));
}

const masks: Readonly<Record<string, (value: string) => object>> = {
  null: () => ({ kind: 'null' }),
  constant: (value) => ({ kind: 'constant', value }),
  sha256: () => ({ kind: 'sha256' }),
  'keep-first': (count) => ({ kind: 'keep-first', count: Number(count) }),
  'keep-last': (count) => ({ kind: 'keep-last', count: Number(count) }),
  'date-to-month': () => ({ kind: 'date-to-month' }),
  'email-domain': () => ({ kind: 'email-domain' }),
};

/** Reads `sha256`, `keep-last:4` or `constant:text`. */
function parseMask(rule: string): object {
  const [kind = '', ...rest] = rule.split(':');
  const make = Object.hasOwn(masks, kind) ? masks[kind] : undefined;
  if (make) return make(rest.join(':'));
  throw new CommandFailure(
    exitCodes.usage,
    `There is no mask ${kind}.`,
    `One of: ${Object.keys(masks).join(', ')}; with a value: keep-last:4, constant:hidden.`,
  );
}

/** Reads `name` or `name:desc`. */
function orderOf(text: string): object {
  const [, column = text, direction] = /^(.*?)(?::(asc|desc))?$/i.exec(text.trim()) ?? [];
  return { column, descending: direction?.toLowerCase() === 'desc' || undefined };
}
