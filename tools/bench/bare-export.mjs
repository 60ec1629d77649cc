import { setTimeout as pause } from 'node:timers/promises';

/** Cloud Storage joins at most this many objects in one call. */
const widest = 32;
const project = 'outhaul-local';
const bucket = 'outhaul-local-files';

/**
 * The yardstick of an export: the extract job and the calls to Cloud Storage that no tool can leave out, by bare HTTP. Counts
 * nothing, checks nothing, writes no record. Returns the milliseconds from the end of BigQuery's job to the last call.
 */
export async function bareExport(cloud, { table, format, shape }) {
  const prefix = `bare/${Date.now()}-${Math.random().toString(36).slice(2)}/`;
  const storage = `${cloud}/storage/v1/b/${bucket}/o`;
  const call = async (method, url, body) => {
    for (;;) {
      const answer = await fetch(url, {
        method,
        headers: { 'Content-Type': 'application/json' },
        body: body && JSON.stringify(body),
      });
      if (answer.ok) return method === 'DELETE' ? answer.text() : answer.json();
      if (answer.status !== 429) throw new Error(`${method} ${url}: ${await answer.text()}`);
      await pause(1_000);
    }
  };
  const jobs = `${cloud}/bigquery/v2/projects/${project}/jobs`;
  const { jobReference } = await call('POST', jobs, {
    configuration: {
      extract: {
        sourceTable: { projectId: project, datasetId: 'samples', tableId: table },
        destinationUris: [`gs://${bucket}/${prefix}part-*`],
        destinationFormat: format === 'csv' ? 'CSV' : 'PARQUET',
        printHeader: shape !== 'single',
      },
    },
  });
  let job;
  do {
    await pause(200);
    job = await call('GET', `${jobs}/${jobReference.jobId}?location=US`);
  } while (job.status.state !== 'DONE');
  if (job.status.errorResult) throw new Error(job.status.errorResult.message);

  const names = [];
  let token = '';
  do {
    const page = await call('GET', `${storage}?prefix=${prefix}${token && `&pageToken=${token}`}`);
    names.push(...(page.items ?? []).map(({ name }) => name));
    token = page.nextPageToken ?? '';
  } while (token);
  if (shape === 'single') await join(call, storage, prefix, names);
  for (const name of ['manifest.json', 'schema.json', 'create-table.sql', 'checksums.crc32c'])
    await call(
      'POST',
      `${cloud}/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${prefix}${name}`,
      {},
    );
  return Date.now() - Number(job.statistics.endTime);
}

/** Joins the parts by a tree of composes, eight at once, and deletes what the file was made of. */
async function join(call, storage, prefix, parts) {
  const made = [...parts];
  const compose = async (sources, target) => {
    await call('POST', `${storage}/${encodeURIComponent(target)}/compose`, {
      sourceObjects: sources.map((name) => ({ name })),
      destination: { contentType: 'text/csv' },
    });
    return target;
  };
  let level = parts;
  for (let depth = 1; level.length > widest; depth += 1) {
    const groups = Array.from({ length: Math.ceil(level.length / widest) }, (_, at) =>
      level.slice(at * widest, (at + 1) * widest),
    );
    level = await limited(8, groups, (sources, at) =>
      compose(sources, `${prefix}joined-${depth}-${at}`),
    );
    made.push(...level);
  }
  await compose(level, `${prefix}whole`);
  await limited(16, made, (name) => call('DELETE', `${storage}/${encodeURIComponent(name)}`));
}

async function limited(atOnce, items, act) {
  const results = [];
  let next = 0;
  const lane = async () => {
    for (let at = next++; at < items.length; at = next++) results[at] = await act(items[at], at);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}
