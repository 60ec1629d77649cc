import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { foreignClient, type ForeignClient, withInstalled } from '../support/foreign-client.js';
import { LocalCloudProcess } from '../support/local-cloud.js';

// One call of these tools takes seconds on a busy machine.
jest.setTimeout(300_000);

withInstalled('bq', () => {
  let cloud: LocalCloudProcess;
  let bq: ForeignClient;
  beforeAll(async () => {
    cloud = await LocalCloudProcess.start();
    bq = foreignClient(cloud, 'bq', [
      `--api=${cloud.url}`,
      '--oauth_access_token=any',
      '--project_id=outhaul-local',
      '--format=json',
      '--headless',
    ]);
  });
  afterAll(() => cloud?.stop());

  const json = async (...args: string[]): Promise<unknown> => JSON.parse(await bq(...args));

  it('makes, loads, shows, reads, changes, copies, extracts and removes tables', async () => {
    await bq('mk', '--dataset', '--description=mine', '--label=team:data', 'work');
    const file = join(cloud.folder, 'people.csv');
    writeFileSync(file, 'id,name,born\n1,Ada,1815-12-10\n2,"O\'Neil, \nNoor",2001-02-03\n');
    await bq(
      'load',
      '--skip_leading_rows=1',
      '--allow_quoted_newlines',
      'work.people',
      file,
      'id:INTEGER,name:STRING,born:DATE',
    );
    const [shown, head, listed] = await Promise.all([
      json('show', 'work.people'),
      json('head', '-n', '5', 'work.people'),
      json('ls', 'work'),
      bq('cp', 'work.people', 'work.copy'),
    ]);
    expect(shown).toMatchObject({ numRows: '2', schema: { fields: [{ name: 'id' }, {}, {}] } });
    expect(head).toEqual([
      { id: '1', name: 'Ada', born: '1815-12-10' },
      { id: '2', name: "O'Neil, \nNoor", born: '2001-02-03' },
    ]);
    expect(listed).toContainEqual(
      expect.objectContaining({ id: 'outhaul-local:work.people', type: 'TABLE' }),
    );
    await Promise.all([
      bq('update', '--description=a copy', '--set_label=kind:copy', 'work.copy'),
      bq(
        'extract',
        '--destination_format=NEWLINE_DELIMITED_JSON',
        'work.people',
        'gs://outhaul-local-files/people-*.json',
      ),
      bq(
        'extract',
        '--destination_format=PARQUET',
        'work.people',
        'gs://outhaul-local-files/people.parquet',
      ),
    ]);
    const [copy] = await Promise.all([
      json('show', 'work.copy'),
      bq(
        'load',
        '--source_format=PARQUET',
        'work.again',
        'gs://outhaul-local-files/people.parquet',
      ),
    ]);
    expect(copy).toMatchObject({ description: 'a copy', labels: { kind: 'copy' }, numRows: '2' });
    const lines = await fetch(`${cloud.url}/outhaul-local-files/people-000000000000.json`);
    expect((await lines.text()).split('\n').slice(0, 1)).toEqual([
      '{"id":"1","name":"Ada","born":"1815-12-10"}',
    ]);
    const [count] = await Promise.all([
      json('query', '--nouse_legacy_sql', 'SELECT COUNT(*) AS n FROM `work.again`'),
      bq('rm', '-f', '-t', 'work.copy'),
    ]);
    expect(count).toEqual([{ n: '2' }]);
    await bq('rm', '-r', '-f', '-d', 'work');
    expect(await json('ls', '--datasets')).not.toContainEqual(
      expect.objectContaining({ id: 'outhaul-local:work' }),
    );
  });

  it('starts jobs without waiting, waits for them, lists and cancels them', async () => {
    const started = (await json(
      '--nosync',
      '--job_id=counted',
      'query',
      '--nouse_legacy_sql',
      'SELECT COUNT(*) FROM `samples.flights`',
    )) as { jobReference: { jobId: string } };
    expect(started.jobReference.jobId).toBe('counted');
    expect(await json('wait', 'counted')).toMatchObject({ status: { state: 'DONE' } });
    // Two run at a time; the one that is cancelled waits behind others.
    for (const id of ['slow-1', 'slow-2', 'slow-3', 'slow-4', 'doomed'])
      await fetch(`${cloud.url}/bigquery/v2/projects/outhaul-local/jobs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          jobReference: { jobId: id },
          configuration: {
            extract: {
              sourceTable: { projectId: 'outhaul-local', datasetId: 'samples', tableId: 'flights' },
              destinationUris: [`gs://outhaul-local-files/${id}-*.avro`],
              destinationFormat: 'AVRO',
              compression: 'DEFLATE',
            },
          },
        }),
      });
    await bq('cancel', 'doomed');
    const [doomed, listed] = await Promise.all([
      json('show', '-j', 'doomed'),
      json('ls', '-j', '-n', '10'),
    ]);
    expect(doomed).toMatchObject({
      status: { state: 'DONE', errorResult: { reason: 'stopped' } },
    });
    expect(
      (listed as { jobReference: { jobId: string } }[]).map(
        ({ jobReference }) => jobReference.jobId,
      ),
    ).toEqual(expect.arrayContaining(['counted', 'doomed']));
    for (const id of ['slow-1', 'slow-2', 'slow-3', 'slow-4'])
      await fetch(`${cloud.url}/bigquery/v2/projects/outhaul-local/jobs/${id}/cancel`, {
        method: 'POST',
      });
  });

  it('is told what is wrong in BigQuery’s words', async () => {
    const [missing, broken] = await Promise.all([
      bq('show', 'samples.nothing').catch(String),
      bq('query', '--nouse_legacy_sql', 'SELECT FROM WHERE').catch(String),
    ]);
    expect(missing).toContain('Not found: Table outhaul-local:samples.nothing');
    expect(broken).toMatch(/Error in query string|invalidQuery|Syntax error|Error processing job/);
  });
});
