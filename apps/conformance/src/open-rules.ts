import { inBigQuery as bigquery, inCore as core, type Rule, test } from './rule.js';

/** What Google’s pages leave open: Outhaul takes the form that is right either way, and a real project can tell. */
export const openRules: readonly Rule[] = [
  {
    rule: 'A partition and an instant in one decorator are documented nowhere.',
    so: 'They are never put together.',
    tests: [
      core(
        'plan/compile-request.spec.ts',
        'is extracted by itself: no decorator names an instant beside it',
      ),
      bigquery(
        'time-travel.spec.ts',
        'takes a partition or an instant as a job’s source, not both',
      ),
    ],
    probes: ['instants.extract-partition-at', 'instants.extract-at', 'instants.extract-partition'],
  },
  {
    rule: 'Managed Iceberg tables are exported by EXPORT DATA only.',
    so: 'They are read by a query.',
    tests: [
      bigquery('time-travel.spec.ts', 'extracts no managed Iceberg table; EXPORT DATA takes it'),
      core('plan/compile-request.spec.ts', 'is an Iceberg managed table'),
    ],
    probes: [],
  },
  {
    rule: 'A retention policy keeps objects from being replaced and deleted.',
    so: 'A bucket with one is refused before anything runs.',
    tests: [
      core('plan/bucket-rules.spec.ts', 'is refused before anything runs when it is kept by %j'),
      test('libs/local-cloud/src/storage/retention.spec.ts', 'a bucket with a retention policy'),
    ],
    probes: ['storage.retention'],
  },
  {
    rule: 'The pages disagree on whether EXPORT DATA takes ZSTD.',
    so: 'The dry run of the plan tells.',
    tests: [
      core(
        'plan/prove-export.spec.ts',
        'has BigQuery check the complete statement, with the place and form of the files',
      ),
    ],
    probes: ['statements.zstd'],
  },
  {
    rule: 'EXPORT DATA may need bigquery.tables.export.',
    so: 'The dry run of the plan tells, with what helps.',
    tests: [
      core('plan/prove-export.spec.ts', 'passes on what BigQuery refuses, with what helps: %s'),
    ],
    probes: ['statements.right-to-export'],
  },
  {
    rule: 'The wildcard of a URI belongs in the file’s name.',
    so: '{part} in a folder is refused while planning.',
    tests: [core('plan/planned-files.spec.ts', 'are refused where there can be none: %j')],
    probes: ['statements.wildcard-in-a-folder', 'jobs.wildcard-once', 'jobs.twelve-digits'],
  },
  {
    rule: 'How a blank line of a CSV with one column is read is not documented.',
    so: 'Such files are counted by their lines where a query finds too few rows.',
    tests: [core('run/verify.spec.ts', 'is counted by the lines where a query finds too few rows')],
    probes: ['files.csv-null-alone'],
  },
  {
    rule: 'Whether a table snapshot can be extracted is documented nowhere.',
    so: 'It is read by a query.',
    tests: [
      core('plan/compile-request.spec.ts', 'is a snapshot'),
      bigquery(
        'jobs.spec.ts',
        'takes a snapshot that is read and extracted like a table, and never changes',
      ),
    ],
    probes: ['statements.snapshot-extract'],
  },
  {
    rule: 'Credentials may name the project whose quota counts.',
    so: 'It is sent with every call.',
    tests: [
      test(
        'libs/google/src/credentials.spec.ts',
        'names the project whose quota counts, where there is one',
      ),
    ],
    probes: ['access.quota-project'],
  },
  {
    rule: 'tokeninfo may be throttled.',
    so: 'What a token is, is asked once in ten minutes.',
    tests: [
      test(
        'apps/api/src/identity/caller-directory.spec.ts',
        'asks what a token is once in ten minutes, and what its owner may do each half minute',
      ),
    ],
    probes: ['access.token-facts'],
  },
  {
    rule: 'Cloud Tasks waits ten minutes for a delivery, half an hour at most.',
    so: 'A step is given as long as Cloud Tasks waits.',
    tests: [
      test(
        'libs/google/src/google-task-queue.spec.ts',
        'gives a call as long as Cloud Tasks waits, so that a long step is not done twice',
      ),
    ],
    probes: ['tasks.deadline', 'tasks.same-name', 'tasks.name-after-delete'],
  },
  {
    rule: 'The client of a service account’s token is its number.',
    so: 'That number is what an installation names to admit a service account.',
    tests: [],
    probes: ['access.token-of-an-account'],
  },
  {
    rule: 'External tables of JSON lines with a JSON column are not described.',
    so: 'JSON lines are read as one column of text.',
    tests: [
      core(
        'run/files-table.spec.ts',
        'reads JSON lines as one column, by a delimiter that JSON escapes and without quotes',
      ),
    ],
    probes: ['files.json-column', 'files.lines-as-rows'],
  },
  {
    rule: 'A DATETIME of an Avro file is read as text.',
    so: 'A fingerprint writes both sides as one text.',
    tests: [bigquery('file-rules.spec.ts', 'reads the DATETIME of an Avro file as text')],
    probes: ['files.avro-datetime', 'files.avro-timestamp'],
  },
  {
    rule: 'Whether a DELETE moves a partition’s last_modified_time is not documented.',
    so: 'A partition that changed a short while ago is counted by a query.',
    tests: [
      core(
        'plan/compile-request.spec.ts',
        'goes through a pinned query when it changed a short while ago',
      ),
    ],
    probes: ['streams.partition-after-delete'],
  },
  {
    rule: 'Whether a job’s endTime is never before the timeCreated of its files is not documented.',
    so: 'Files count as a job’s own up to 5 seconds before it began and after it ended; any others are `files-changed`.',
    tests: [core('run/integrity.spec.ts', 'that were replaced after their job had ended are seen')],
    probes: ['jobs.files-made-while-it-runs'],
  },
  {
    rule: 'Compose and reads name a generation; one that is gone is not found, and none is given twice.',
    so: 'The record pins generations, and all later steps and downloads name them.',
    tests: [
      test(
        'libs/core/src/testing/file-store-contract.ts',
        'works with the generation that it is given, and with no other',
      ),
    ],
    probes: ['storage.compose-source-generation', 'storage.generation-of-media'],
  },
];
