export interface DatasetName {
  readonly project?: string;
  readonly dataset: string;
}

/** Reads `dataset`, `project.dataset` or `project:dataset`; a `project` that is named besides goes before. */
export function parseDatasetName(text: string, project?: string): DatasetName {
  const [, named, dataset] =
    /^((?:[a-z0-9.-]+:)?[a-z][a-z0-9-]*[a-z0-9])[.:]([A-Za-z0-9_]+)$/.exec(text) ?? [];
  return dataset === undefined || project !== undefined
    ? { project, dataset: text }
    : { project: named, dataset };
}
