import { parseArgs } from 'node:util';

export interface Options {
  readonly project: string;
  readonly bucket: string;
  /** Of the scratch dataset; undefined = where the bucket is. */
  readonly location?: string;
  /** A service account in the role of a colleague who may read the scratch dataset and nothing else. */
  readonly impersonate?: string;
  /** A custom role with `bigquery.tables.getData` and without `bigquery.tables.export`. */
  readonly readerRole?: string;
  /** A deployed Outhaul behind Cloud Run's IAM. */
  readonly serviceUrl?: string;
  /** `projects/P/locations/L/queues/Q`. */
  readonly queue?: string;
  /** Ids of probes, or the beginning of some; empty = all. */
  readonly only: readonly string[];
  readonly list: boolean;
  /** Write the tables of this page anew, and ask nothing. */
  readonly docs?: string;
  readonly json: boolean;
  readonly out: string;
}

export const usage = `npm run conformance -- --project P --bucket B [options]
asks Google Cloud (or a local cloud) every question on which Outhaul depends

  --project P        project that the jobs run in; a scratch dataset is made in it
  --bucket B         a bucket of yours; files are written below outhaul-conformance/
  --location L       where the scratch dataset is made (default: where the bucket is)
  --impersonate SA   service account that plays a colleague: roles/bigquery.jobUser on the project,
                     and roles/iam.serviceAccountTokenCreator on it for you
  --reader-role R    custom role with bigquery.tables.getData and without bigquery.tables.export
  --queue Q          projects/P/locations/L/queues/Q: a Cloud Tasks queue for a few tasks that are deleted again
  --service-url URL  a deployed Outhaul behind Cloud Run’s IAM
  --only ID          one probe, or all whose id starts so; may be repeated
  --list             print the probes and ask nothing
  --json             print the report as JSON
  --out FILE         where the report is written (default conformance.json)`;

/** Reads the command line; throws an Error whose message is for people. */
export function parseOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      project: { type: 'string' },
      bucket: { type: 'string' },
      location: { type: 'string' },
      impersonate: { type: 'string' },
      'reader-role': { type: 'string' },
      queue: { type: 'string' },
      'service-url': { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      list: { type: 'boolean', default: false },
      docs: { type: 'string' },
      json: { type: 'boolean', default: false },
      out: { type: 'string', default: 'conformance.json' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const { project = '', bucket = '', list, docs } = values;
  if (!list && docs === undefined && (!project || !bucket))
    throw new Error('Name a project and a bucket.');
  return {
    project,
    bucket: bucket.replace(/^gs:\/\//, '').replace(/\/+$/, ''),
    location: values.location,
    impersonate: values.impersonate,
    readerRole: values['reader-role'],
    queue: values.queue,
    serviceUrl: values['service-url']?.replace(/\/+$/, ''),
    only: values.only,
    list,
    docs,
    json: values.json,
    out: values.out,
  };
}
