import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { caller, LocalCloudProcess } from './local-cloud-process.mjs';

export const name = 'local-cloud-kills';
export const title = 'The local cloud, killed at random moments under concurrent writes (20 times)';

export async function run(report) {
  const result = await kills({ rounds: 20 });
  report.note('SIGKILLs', result.rounds, '');
  report.note('acknowledged objects, rows, tables, jobs, answers, tasks', result.acknowledged, '');
  report.limit('of which were lost or wrong', result.lost.length, 0, '');
}

const project = '/bigquery/v2/projects/outhaul-local';
const bucket = 'outhaul-local-files';
const queue = 'projects/outhaul-local/locations/us-central1/queues/outhaul';

/** Kills the process `rounds` times while writers are at work; after each, everything acknowledged must be there. */
export async function kills({ rounds }) {
  const cloud = await LocalCloudProcess.start('--no-samples');
  const acknowledged = {
    objects: new Map(),
    rows: new Map(),
    tables: new Set(),
    jobs: new Set(),
    answers: new Map(),
    tasks: new Set(),
  };
  const lost = [];
  try {
    const setUp = caller(cloud.url, 1);
    await setUp.json('POST', `${project}/datasets`, { datasetReference: { datasetId: 'kills' } });
    await setUp.json('POST', `/v2/${queue}:pause`, {});
    await setUp.close();
    for (let round = 0; round < rounds; round++) {
      const http = caller(cloud.url, 32);
      const state = { isOver: false };
      const writers = [
        putObjects,
        putObjects,
        putObjects,
        resumeUploads,
        composeObjects,
        streamRows,
        loadTables,
        askQueries,
        makeTasks,
      ].map((write, index) =>
        untilKilled(state, () =>
          write(http, acknowledged, `${round}-${index}-${randomBytes(4).toString('hex')}`),
        ),
      );
      await wait(200 + randomInt(1200));
      state.isOver = true;
      await cloud.end('SIGKILL');
      await Promise.all(writers);
      await http.close();
      await cloud.startAgain();
      const reader = caller(cloud.url, 16);
      lost.push(...(await findLost(reader, acknowledged)));
      await reader.close();
    }
  } finally {
    await cloud.stop();
  }
  const count = Object.values(acknowledged).reduce((sum, { size }) => sum + size, 0);
  return {
    rounds,
    acknowledged: count,
    counts: Object.fromEntries(
      Object.entries(acknowledged).map(([kind, { size }]) => [kind, size]),
    ),
    lost,
  };
}

/** A call that found no end was not acknowledged: whatever became of it is right. */
async function untilKilled(state, write) {
  while (!state.isOver)
    await write().catch((error) => {
      if (!state.isOver) throw error;
    });
}

const objectPath = (object) => `/storage/v1/b/${bucket}/o/${encodeURIComponent(object)}`;

async function putObjects(http, { objects }, id) {
  for (let index = 0; ; index++) {
    const object = `${id}-${index}`;
    const content = randomBytes(randomInt(200_000));
    const { status } = await http.call(
      'POST',
      `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${object}`,
      content,
    );
    if (status !== 200) throw new Error(`put ${status}`);
    objects.set(object, content);
  }
}

async function resumeUploads(http, { objects }, id) {
  for (let index = 0; ; index++) {
    const object = `resumed-${id}-${index}`;
    const content = randomBytes(600_000);
    const path = `/upload/storage/v1/b/${bucket}/o?uploadType=resumable&name=${object}`;
    const begun = await fetchLocation(http, path);
    await http.call('PUT', begun, content.subarray(0, 262_144), {
      'content-range': `bytes 0-262143/${content.length}`,
    });
    const { status } = await http.call('PUT', begun, content.subarray(262_144), {
      'content-range': `bytes 262144-${content.length - 1}/${content.length}`,
    });
    if (status !== 200) throw new Error(`resume ${status}`);
    objects.set(object, content);
  }
}

async function fetchLocation({ origin }, path) {
  const answer = await fetch(origin + path, { method: 'POST' });
  const { pathname, search } = new URL(answer.headers.get('location') ?? '');
  return pathname + search;
}

async function composeObjects(http, { objects }, id) {
  for (let index = 0; ; index++) {
    const names = [...objects.keys()].filter((name) => /^\d/.test(name)).slice(-4);
    if (names.length === 0) await wait(5);
    else {
      const object = `composed-${id}-${index}`;
      const { status } = await http.json('POST', `${objectPath(object)}/compose`, {
        sourceObjects: names.map((name) => ({ name })),
      });
      if (status !== 200) throw new Error(`compose ${status}`);
      objects.set(object, Buffer.concat(names.map((name) => objects.get(name))));
    }
  }
}

async function streamRows(http, { rows, tables }, id) {
  const tableId = `rows_${id.replaceAll('-', '_')}`;
  const made = await http.json('POST', `${project}/datasets/kills/tables`, {
    tableReference: { projectId: 'outhaul-local', datasetId: 'kills', tableId },
    schema: { fields: [{ name: 'n', type: 'INTEGER' }] },
  });
  if (made.status !== 200) throw new Error(`table ${made.status}`);
  tables.add(tableId);
  rows.set(tableId, 0);
  for (let index = 0; ; index++) {
    const { status, body } = await http.json(
      'POST',
      `${project}/datasets/kills/tables/${tableId}/insertAll`,
      {
        rows: Array.from({ length: 10 }, (_unused, row) => ({ json: { n: index * 10 + row } })),
      },
    );
    if (status !== 200 || body.insertErrors) throw new Error(`insertAll ${status}`);
    rows.set(tableId, (index + 1) * 10);
  }
}

async function loadTables(http, { jobs, tables }, id) {
  for (let index = 0; ; index++) {
    const jobId = `load-${id}-${index}`;
    const tableId = `loaded_${id.replaceAll('-', '_')}_${index}`;
    const source = `csv-${id}`;
    await http.call(
      'POST',
      `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${source}`,
      'n\n1\n2\n3\n',
    );
    const started = await http.json('POST', `${project}/jobs`, {
      jobReference: { jobId },
      configuration: {
        load: {
          sourceUris: [`gs://${bucket}/${source}`],
          skipLeadingRows: 1,
          schema: { fields: [{ name: 'n', type: 'INTEGER' }] },
          destinationTable: { projectId: 'outhaul-local', datasetId: 'kills', tableId },
        },
      },
    });
    if (started.status !== 200) throw new Error(`job ${started.status}`);
    jobs.add(jobId);
    for (;;) {
      const { body } = await http
        .call('GET', `${project}/jobs/${jobId}`)
        .then(({ bytes }) => ({ body: JSON.parse(bytes) }));
      if (body.status.state !== 'DONE') {
        await wait(5);
        continue;
      }
      if (body.status.errorResult) throw new Error(JSON.stringify(body.status.errorResult));
      tables.add(tableId);
      break;
    }
  }
}

/** Results of queries without a destination: the job and its rows are there as soon as the query is answered. */
async function askQueries(http, { answers }) {
  for (let index = 0; ; index++) {
    const count = index % 10 === 9 ? 1100 : 1;
    const { status, body } = await http.json('POST', `${project}/queries`, {
      query: `SELECT x + ${index} FROM UNNEST(GENERATE_ARRAY(1, ${count})) AS x ORDER BY x`,
      useLegacySql: false,
    });
    if (status !== 200) throw new Error(`query ${status}`);
    answers.set(body.jobReference.jobId, JSON.stringify(body.rows));
  }
}

async function makeTasks(http, { tasks }, id) {
  for (let index = 0; ; index++) {
    const task = `${queue}/tasks/${id}-${index}`;
    const { status } = await http.json('POST', `/v2/${queue}/tasks`, {
      task: { name: task, httpRequest: { url: 'http://127.0.0.1:1/' } },
    });
    if (status !== 200) throw new Error(`task ${status}`);
    tasks.add(task);
  }
}

async function findLost(http, { objects, rows, tables, jobs, answers, tasks }) {
  const lost = [];
  await Promise.all([
    ...[...objects].map(async ([object, content]) => {
      const { status, bytes } = await http.call('GET', `${objectPath(object)}?alt=media`);
      if (status !== 200 || !bytes.equals(content)) lost.push(`object ${object}: ${status}`);
    }),
    ...[...tables].map(async (table) => {
      const { status, bytes } = await http.call('GET', `${project}/datasets/kills/tables/${table}`);
      const wanted = rows.get(table) ?? 3;
      // Streamed rows lie in the streaming buffer first, which `numRows` leaves out.
      const { numRows = 0, streamingBuffer } = status === 200 ? JSON.parse(bytes) : {};
      const found = Number(numRows) + Number(streamingBuffer?.estimatedRows ?? 0);
      // Rows of the call that was under way may be there, too.
      if (status !== 200 || found < wanted || found > wanted + 10)
        lost.push(`table ${table}: ${status}, ${found} rows of ${wanted}`);
      else if (rows.has(table)) rows.set(table, found);
    }),
    ...[...jobs].map(async (job) => {
      const { status, bytes } = await http.call('GET', `${project}/jobs/${job}`);
      if (status !== 200 || JSON.parse(bytes).status.state !== 'DONE')
        lost.push(`job ${job}: ${status}`);
    }),
    ...[...answers].map(async ([job, rowsThen]) => {
      const { status, bytes } = await http.call('GET', `${project}/queries/${job}`);
      if (status !== 200 || JSON.stringify(JSON.parse(bytes).rows) !== rowsThen)
        lost.push(`answer of ${job}: ${status}`);
    }),
    ...[...tasks].map(async (task) => {
      const { status } = await http.call('GET', `/v2/${task}`);
      if (status !== 200) lost.push(`task ${task}: ${status}`);
    }),
  ]);
  return lost;
}

// Run by itself: `node tools/bench/local-cloud-kills.mjs --rounds 3`.
if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' } } });
  console.log(JSON.stringify(await kills({ rounds: Number(values.rounds) })));
}
