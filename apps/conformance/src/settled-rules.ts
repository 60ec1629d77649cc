import { inBigQuery as bigquery, inCore as core, type Rule, test } from './rule.js';

/** Rules that Google documents, or that many have met, each with what would have found that Outhaul had them wrong. */
export const settledRules: readonly Rule[] = [
  {
    rule: 'Cloud Run removes the signature of the token that its IAM has checked.',
    so: 'A worker behind IAM checks the claims of such a token; every other service checks the signature.',
    tests: [
      test(
        'apps/api/src/worker/check-task-token.spec.ts',
        'takes a token whose signature Cloud Run has removed behind its IAM',
      ),
      test(
        'apps/api/src/worker/check-task-token.spec.ts',
        'refuses such a token anywhere else and names the setting',
      ),
    ],
    probes: ['doors.access-token', 'doors.identity-token-beside-it', 'doors.another-audience'],
  },
  {
    rule: 'The answer of a query without a destination is its owner’s alone.',
    so: 'What a person’s query counts is left in a file that the service may read, so no export waits for its owner.',
    tests: [
      test(
        'e2e/delivery/unattended.spec.ts',
        'ends by itself, from every source with every feature',
      ),
      core('run/unattended.spec.ts', 'counts the source by a query when metadata cannot tell'),
    ],
    probes: ['jobs.answers-are-private', 'jobs.witness-in-a-file', 'jobs.others-are-hidden'],
  },
  {
    rule: 'The past of a table that has, or has had, row access policies is closed; most roles cannot list policies.',
    so: 'Whether this caller may read this table at an instant is asked by a dry run.',
    tests: [
      bigquery('restricted-past.spec.ts', 'is closed with a policy'),
      core('plan/compile-request.spec.ts', 'a table that may be read only as it is now'),
    ],
    probes: [
      ...['row-policies.list-as-viewer', 'row-policies.query-at', 'row-policies.dry-run-at'],
      ...[
        'row-policies.extract-at',
        'row-policies.past',
        'row-policies.query',
        'row-policies.extract',
      ],
    ],
  },
  {
    rule: 'Not every table of a set can be read at the set’s instant.',
    so: 'A set pins what can be pinned and says what could not.',
    tests: [
      core(
        'sets/export-sets.spec.ts',
        'reads a table that cannot be pinned as it is, and says which',
      ),
    ],
    probes: ['row-policies.dry-run-at', 'instants.dry-run-refuses'],
  },
  {
    rule: 'A table may require a filter on its partitions.',
    so: 'Queries over it get one that every row meets.',
    tests: [
      bigquery('required-filter.spec.ts', 'a table that requires a partition filter'),
      core('plan/compile-request.spec.ts', 'gets one that every row meets, by %s'),
    ],
    probes: [
      ...[
        'partition-filter.is-required',
        'partition-filter.in-a-dry-run',
        'partition-filter.extract',
      ],
      ...['partition-filter.tautology-day', 'partition-filter.tautology-hour'],
      ...['partition-filter.tautology-integer', 'partition-filter.ingestion-time'],
      'partition-filter.comparison',
    ],
  },
  {
    rule: 'Rows in the streaming buffer are seen by queries, not by jobs that read managed storage.',
    so: 'A table with a streaming buffer is read by a query.',
    tests: [
      bigquery(
        'streaming-buffer.spec.ts',
        'shows its rows to queries, and to nothing that reads managed storage',
      ),
      core('plan/compile-request.spec.ts', 'has rows in a streaming buffer'),
    ],
    probes: ['streams.query', 'streams.buffer-is-told', 'streams.extract'],
  },
  {
    rule: 'External tables take no flexible column names.',
    so: 'Files are counted under names of their own, JSON lines as one column.',
    tests: [
      test('e2e/engine/column-names.spec.ts', 'are exported as CSV (%s)'),
      core('run/files-table.spec.ts', 'calls the columns of CSV by their place, all of them texts'),
    ],
    probes: ['files.flexible-names', 'files.plain-names', 'files.lines-as-rows'],
  },
  {
    rule: 'Cloud Run’s IAM and the Identity-Aware Proxy let identity tokens in, not access tokens.',
    so: 'The command shows an identity token in a header of its own, or says what to set up.',
    tests: [
      test(
        'e2e/cli/doors.spec.ts',
        'exports and downloads with a service account’s identity token beside the access token',
      ),
      test('e2e/cli/doors.spec.ts', 'refuses an access token, which is no identity token'),
    ],
    probes: ['doors.access-token', 'doors.identity-token-beside-it', 'doors.another-audience'],
  },
  {
    rule: 'Google’s device sign-in has a short list of scopes, without BigQuery.',
    so: 'login --device is refused at Google, with what to do instead.',
    tests: [
      test(
        'apps/cli/src/commands/login.spec.ts',
        'refuses a sign-in by code at Google, and says what to do instead',
      ),
    ],
    probes: [],
  },
  {
    rule: 'Asking for permissions on a project needs the scope cloud-platform.',
    so: 'With narrower scopes the question is left open, and the job tells.',
    tests: [
      test('e2e/security/bearer.spec.ts', 'exports with the scopes of BigQuery and Storage alone'),
    ],
    probes: ['access.scope-of-projects', 'access.project-permissions'],
  },
  {
    rule: 'Parquet and Avro files are read back in other types than were written.',
    so: 'A fingerprint writes both sides as one text.',
    tests: [
      test('e2e/engine/fingerprints.spec.ts', 'calls good files good: every type, %s'),
      bigquery('file-rules.spec.ts', 'gives instants for civil times'),
    ],
    probes: [
      'files.parquet-datetime',
      'files.parquet-bignumeric',
      'files.parquet-bignumeric-with-types',
      'files.parquet-geography',
    ],
  },
  {
    rule: 'A CSV with ASCII 0 is read only when control characters are preserved.',
    so: 'Files are read with preserveAsciiControlCharacters.',
    tests: [
      test(
        'e2e/engine/column-names.spec.ts',
        'texts with control characters are read back, verified by %s',
      ),
      bigquery('file-rules.spec.ts', 'is read when control characters are preserved'),
    ],
    probes: ['files.nul-in-csv'],
  },
  {
    rule: 'EXPORT DATA reads no wildcard tables and no INFORMATION_SCHEMA.',
    so: 'The whole statement is dry-run while planning; such a query goes through a temporary table.',
    tests: [
      core('plan/prove-export.spec.ts', 'goes to a temporary table first when the query names it'),
      bigquery('wildcard-tables.spec.ts', 'wildcard tables'),
    ],
    probes: [
      ...['statements.dry-run', 'statements.dry-run-refuses', 'statements.wildcard-select'],
      ...[
        'statements.wildcard-export',
        'statements.wildcard-export-dry-run',
        'statements.views-export',
      ],
      ...['statements.wildcard-no-match', 'statements.temporary-table', 'statements.script-counts'],
    ],
  },
  {
    rule: 'An instant after Google’s now is refused.',
    so: 'Instants come from Google’s clock.',
    tests: [
      core(
        'plan/choose-instant.spec.ts',
        'takes the time at which BigQuery gave the metadata, not the time of this machine',
      ),
      bigquery('time-travel.spec.ts', 'never reads the future'),
    ],
    probes: [
      'instants.query-in-the-future',
      'instants.extract-in-the-future',
      'jobs.dry-run-clock',
    ],
  },
  {
    rule: 'One object takes about one write a second.',
    so: 'A record is written about once a second, and a 429 is waited for.',
    tests: [
      test('e2e/engine/write-limit.spec.ts', 'writes the record of a short export seldom: %s'),
      test(
        'libs/local-cloud/src/storage/write-rate.spec.ts',
        'refuses the second write of the same name, whatever its preconditions, and takes it a second later',
      ),
    ],
    probes: ['storage.writes-a-second', 'storage.replace-what-was-read'],
  },
  {
    rule: 'Revoking a token ends the person’s whole grant to the client.',
    so: 'Signing out ends this session; “everywhere” revokes.',
    tests: [
      test(
        'e2e/security/sign-in.spec.ts',
        'signs out of this browser alone; everywhere only when that is asked for',
      ),
      test('e2e/cli/login.spec.ts', 'signs out here alone, and everywhere when that is asked for'),
    ],
    probes: ['access.revoke'],
  },
  {
    rule: 'Tokens of identity federation are not known to tokeninfo.',
    so: 'They are named, with what to use instead.',
    tests: [
      test(
        'e2e/cli/login.spec.ts',
        'says of a pool’s identity (%s) what to use instead, with a service and without',
      ),
    ],
    probes: ['access.token-facts', 'access.unknown-token'],
  },
  {
    rule: 'A 403 says why: filters, columns, perimeters, quota projects.',
    so: 'Google’s words are passed on for a table that the caller sees.',
    tests: [
      test('libs/google/src/translate-error.spec.ts', 'a refusal of what the caller sees'),
      test(
        'libs/google/src/google-warehouse.spec.ts',
        'is previewed by a small query when the free call is refused',
      ),
    ],
    probes: ['row-policies.preview'],
  },
  {
    rule: 'Time travel reaches back two to seven days, as the dataset says.',
    so: 'The window is read from the dataset.',
    tests: [
      bigquery(
        'time-travel.spec.ts',
        'reaches back as far as the dataset says: seven days, or as few as two',
      ),
      test(
        'libs/google/src/google-warehouse.spec.ts',
        'reads how far back a dataset can be read: seven days when it does not say',
      ),
    ],
    probes: ['instants.window-is-told', 'instants.window-bounds', 'instants.before-the-table'],
  },
  {
    rule: 'A 308 may keep less than was sent.',
    so: 'An upload goes on behind what Range tells.',
    tests: [test('libs/google/src/upload-stream.spec.ts', 'a resumable upload')],
    probes: ['storage.resumed-upload'],
  },
  {
    rule: 'Parquet takes JSON as text and GEOGRAPHY as GeoParquet.',
    so: 'JSON goes into Parquet by a free extract; notes say what becomes of a type.',
    tests: [
      bigquery('file-rules.spec.ts', 'holds JSON as text'),
      bigquery('file-rules.spec.ts', 'holds geographies as GeoParquet, read back as geographies'),
    ],
    probes: ['files.parquet-json', 'files.parquet-geography'],
  },
  {
    rule: 'A partition may have a row for each storage tier.',
    so: 'Rows are joined by the partition’s id.',
    tests: [
      test(
        'libs/google/src/google-warehouse.spec.ts',
        'lists a partition once, whatever tiers its rows lie in',
      ),
    ],
    probes: ['streams.partitions-as-viewer'],
  },
  {
    rule: 'A set operation takes the names of its first query; columns without a name cannot be referred to.',
    so: 'A first query without rows names the columns of queries that leave theirs without.',
    tests: [
      core(
        'plan/compile-query.spec.ts',
        'gives columns without a name those of BigQuery’s own results',
      ),
      test(
        'e2e/engine/queries.spec.ts',
        'exports columns without a name, as BigQuery names them (%s)',
      ),
    ],
    probes: ['statements.names-from-a-first-query'],
  },
];
