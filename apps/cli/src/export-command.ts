import { type Command } from 'commander';
import { type ExportOptions } from './commands/export.js';
import { collect, notEmpty, numberText, wholeNumber, wholeNumberText } from './option-values.js';
import { type Session } from './session.js';

/** Adds `outhaul export` with all its options. */
export function addExportCommand(
  add: (name: string, description: string, example: string, own?: string) => Command,
  session: (command: Command) => Session,
): void {
  add(
    'export [tables...]',
    'export tables or a query to files; several tables are read at one instant',
    [
      'outhaul export samples.flights --format parquet --download flights',
      'outhaul export samples.airports -f csv --columns iata,city --where \'state = "TX"\' -o -',
      "outhaul export --dataset samples --pattern 'orders*' -f parquet --dry-run",
      'outhaul export samples.orders -f jsonl --wait --direct',
    ].join('\n  '),
    '--bucket',
  )
    .requiredOption('-f, --format <format>', 'parquet, csv, jsonl, avro or xlsx')
    .option('--compression <codec>', 'none, gzip, snappy, zstd or deflate')
    .option('--columns <names>', 'only these, in this order, separated by commas')
    .option('--rename <column=name>', 'call a column otherwise in the files', collect)
    .option('--cast <column=type>', 'give a column another type', collect)
    .option('--mask <column=rule>', 'hide a column’s values: sha256, null, keep-last:4, …', collect)
    .option('--where <expression>', 'only rows for which this GoogleSQL expression is true')
    .option('--flatten', 'nested columns as plain ones (for CSV)')
    .option('--sample <percent>', 'about so many percent of the rows', numberText)
    .option('--order-by <columns>', 'sorted, e.g. date,delay:desc')
    .option('--query <sql>', 'export a query’s answer instead of a table')
    .option('--partition <id>', 'one partition, e.g. 20260101, or a range: 20260101..20260131')
    .option('--changed-since <instant>', 'only partitions changed since then')
    .option('--as-of <instant>', 'the rows as of this instant, e.g. 2026-01-01T00:00:00Z')
    .option('--limit <n>', 'at most so many rows', wholeNumberText)
    .option('--single', 'one file of any size (csv and jsonl)')
    .option('--file-name <template>', 'of the files, e.g. {table}-{date}')
    .option('--delimiter <character>', 'between CSV values')
    .option('--escape-formulas', 'CSV whose texts no spreadsheet runs as formulas')
    .option('--partition-folders', 'a folder for each partition')
    .option('--file-bytes <n>', 'join csv and jsonl files to about so many bytes', wholeNumberText)
    .option('--rows-per-file <n>', 'rows of one xlsx workbook', wholeNumberText)
    .option(
      '--dataset <name>',
      'all tables of a dataset, or project.dataset, at one instant, instead of naming them',
    )
    .option('--pattern <names>', 'with --dataset: only tables like this, e.g. events_*')
    .option('--exclude <names>', 'with --dataset: not tables like this', collect)
    .option('--kinds <kinds>', 'with --dataset: table,snapshot (default), view, external, …')
    .option(
      '--concurrency <n>',
      'how many of several tables at a time (default 4)',
      wholeNumberText,
    )
    .option('--no-header', 'CSV without a header line')
    .option('--verify <how>', 'rows (default) or fingerprint')
    .option('--bucket <name>', 'another files bucket of the service; with --direct: yours')
    .option('--billing-project <id>', 'whose BigQuery jobs these are')
    .option('--max-bytes <n>', 'refuse a query that would read more', wholeNumberText)
    .option('--max-cost <amount>', 'refuse a query that would cost more', numberText)
    .option('--retention-days <n>', 'remove the files after so many days', wholeNumberText)
    .option('--label <text>', 'a name for people')
    .option('--dry-run', 'show the plan and the price; run nothing')
    .option('--wait', 'wait until it has ended')
    .option('--download [folder]', 'wait, then download into the folder', notEmpty)
    .option('--overwrite', 'with --download: replace files that are there and different')
    .option('--max-rate <bytes>', 'with --download: at most so many bytes a second', wholeNumber)
    .option('-o, --output <->', 'wait, then write the rows to standard output (csv, jsonl)')
    .action(async (tables: string[], options: ExportOptions, command: Command) =>
      (await import('./commands/export.js')).startExport(session(command), tables, options),
    );
}
