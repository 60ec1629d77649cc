import { CommandFailure, exitCodes } from '../exit-codes.js';

export interface TableName {
  readonly project?: string;
  readonly dataset: string;
  readonly table: string;
}

/** Reads `dataset.table`, `project.dataset.table` or `project:dataset.table`. */
export function parseTableName(text: string): TableName {
  const [, project, dataset, table] =
    /^(?:((?:[a-z0-9.-]+:)?[a-z][a-z0-9-]*[a-z0-9])[.:])?([A-Za-z0-9_]+)\.([^.:@$]+)$/.exec(text) ??
    [];
  if (dataset && table) return { project, dataset, table };
  throw new CommandFailure(
    exitCodes.usage,
    `${text} is not a table's name.`,
    'Write dataset.table or project.dataset.table.',
  );
}
