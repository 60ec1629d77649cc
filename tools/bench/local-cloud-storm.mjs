import { createHash, randomBytes, randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { caller, LocalCloudProcess } from './local-cloud-process.mjs';

export const name = 'local-cloud-storm';
export const title =
  'The local cloud under 200 clients that put, compose and delete with preconditions for 60 s';

export async function run(report) {
  const result = await storm({ clients: 200, seconds: 60 });
  report.note('answered calls', result.calls, '');
  report.note('calls per second', result.calls / result.seconds, '/s');
  report.note('acknowledged objects read back', result.readBack, '');
  report.note('preconditions raced for', result.races, '');
  report.limit('acknowledged objects that were wrong', result.wrongObjects, 0, '');
  report.limit('preconditions with more or fewer winners than one', result.wrongRaces, 0, '');
  report.limit('answers that should not have been', result.strangeAnswers.length, 0, '');
}

const bucket = 'outhaul-local-files';
/** Names that everyone fights for. */
const contendedNames = 40;
const biggestBytes = 32 * 1024;

const hashOf = (bytes) => createHash('sha256').update(bytes).digest('hex');

/**
 * Runs the clients against a fresh local cloud, then reads everything back. Every change of a contended object demands
 * the generation that its client has seen: of all that demand the same one, exactly one may win.
 */
export async function storm({ clients, seconds }) {
  const cloud = await LocalCloudProcess.start('--no-samples');
  const http = caller(cloud.url, clients);
  const model = new Model();
  try {
    const endAt = performance.now() + seconds * 1000;
    await Promise.all(
      Array.from({ length: clients }, async (_unused, client) => {
        while (performance.now() < endAt)
          await (randomInt(3) === 0
            ? contend(http, model, client)
            : workAlone(http, model, client));
      }),
    );
    return { seconds, ...(await check(http, model)) };
  } finally {
    await http.close();
    await cloud.stop();
  }
}

/** What the answers have promised. */
class Model {
  calls = 0;
  /** Hash of the content of each acknowledged private object. */
  objects = new Map();
  /** The contents of all generations of contended objects, by `name#generation`. */
  contents = new Map();
  /** Wins and losses by `name#generation` that was demanded. */
  races = new Map();
  /** How often each contended name was created and deleted. */
  births = new Map();
  strangeAnswers = [];
  #numbers = 0;

  nextNumber() {
    return ++this.#numbers;
  }

  expect(what, { status }, ...allowed) {
    this.calls += 1;
    if (!allowed.includes(status)) this.strangeAnswers.push(`${what}: ${status}`);
  }

  race(key, isWon) {
    const race = this.races.get(key) ?? { won: 0, lost: 0 };
    this.races.set(key, {
      won: race.won + (isWon ? 1 : 0),
      lost: race.lost + (isWon ? 0 : 1),
    });
  }
}

const objectPath = (object) => `/storage/v1/b/${bucket}/o/${encodeURIComponent(object)}`;
const put = (http, object, content, query = '') =>
  http.call(
    'POST',
    `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(object)}${query}`,
    content,
    { 'content-type': 'application/octet-stream' },
  );
const compose = (http, object, sources, query) =>
  http.call(
    'POST',
    `${objectPath(object)}/compose?${query}`,
    JSON.stringify({ sourceObjects: sources.map((name) => ({ name })) }),
    { 'content-type': 'application/json' },
  );

/** Reads one of the shared objects and tries to be the one that changes this generation. */
async function contend(http, model, client) {
  const object = `shared/${randomInt(contendedNames)}`;
  const seen = await http.call('GET', objectPath(object));
  model.expect('get', seen, 200, 404);
  const generation = seen.status === 200 ? JSON.parse(seen.bytes).generation : '0';
  const key = `${object}#${generation}`;
  const demand = `ifGenerationMatch=${generation}`;
  const kind = generation === '0' ? 0 : randomInt(4);
  if (kind === 3) {
    const answer = await http.call('DELETE', `${objectPath(object)}?${demand}`);
    model.expect('delete', answer, 204, 404, 412);
    model.race(key, answer.status === 204);
    if (answer.status === 204) count(model.births, object, -1);
    return;
  }
  const content = Buffer.concat([
    Buffer.from(`${client}/${model.nextNumber()}/`),
    randomBytes(randomInt(200)),
  ]);
  let answer;
  if (kind === 2) {
    const part = `parts/${client}-${model.nextNumber()}`;
    model.expect('put', await put(http, part, content, '&ifGenerationMatch=0'), 200);
    model.objects.set(part, hashOf(content));
    answer = await compose(http, object, [part], demand);
    model.expect('compose', answer, 200, 412);
  } else {
    answer = await put(http, object, content, `&${demand}`);
    model.expect('put', answer, 200, 412);
  }
  const isWon = answer.status === 200;
  if (generation !== '0') model.race(key, isWon);
  else if (isWon) count(model.births, object, 1);
  if (isWon)
    model.contents.set(`${object}#${JSON.parse(answer.bytes).generation}`, hashOf(content));
}

/** Makes objects of its own, some of them of others, and deletes some. */
async function workAlone(http, model, client) {
  const prefix = `own/${client}/${model.nextNumber()}`;
  const contents = Array.from({ length: 1 + randomInt(4) }, () =>
    randomBytes(randomInt(biggestBytes)),
  );
  for (const [index, content] of contents.entries()) {
    model.expect(
      'put',
      await put(http, `${prefix}-${index}`, content, '&ifGenerationMatch=0'),
      200,
    );
    model.objects.set(`${prefix}-${index}`, hashOf(content));
  }
  const parts = contents.map((_content, index) => `${prefix}-${index}`);
  const whole = await compose(http, `${prefix}-all`, parts, 'ifGenerationMatch=0');
  model.expect('compose', whole, 200);
  model.objects.set(`${prefix}-all`, hashOf(Buffer.concat(contents)));
  const [first = ''] = parts;
  model.expect('put again', await put(http, first, 'x', '&ifGenerationMatch=0'), 412);
  model.objects.delete(first);
  model.expect('delete', await http.call('DELETE', objectPath(first)), 204);
  const read = await http.call('GET', `${objectPath(`${prefix}-all`)}?alt=media`);
  model.expect('read', read, 200);
  if (hashOf(read.bytes) !== model.objects.get(`${prefix}-all`))
    model.strangeAnswers.push(`${prefix}-all read wrong`);
}

async function check(http, model) {
  let wrongObjects = 0;
  const names = [...model.objects.keys()];
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      for (let object = names.pop(); object !== undefined; object = names.pop()) {
        const { status, bytes } = await http.call('GET', `${objectPath(object)}?alt=media`);
        if (status !== 200 || hashOf(bytes) !== model.objects.get(object)) wrongObjects += 1;
      }
    }),
  );
  let wrongRaces = 0;
  const live = new Map();
  for (let index = 0; index < contendedNames; index++) {
    const object = `shared/${index}`;
    const { status, bytes } = await http.call('GET', objectPath(object));
    if (status === 200) {
      const { generation } = JSON.parse(bytes);
      live.set(object, generation);
      const content = await http.call('GET', `${objectPath(object)}?alt=media`);
      if (hashOf(content.bytes) !== model.contents.get(`${object}#${generation}`))
        wrongObjects += 1;
    }
    // Created as often as deleted, and once more when it is there.
    if ((model.births.get(object) ?? 0) !== (status === 200 ? 1 : 0)) wrongRaces += 1;
  }
  for (const [key, { won }] of model.races) {
    const [object, generation] = key.split('#');
    if (won !== (live.get(object) === generation ? 0 : 1)) wrongRaces += 1;
  }
  return {
    calls: model.calls,
    readBack: model.objects.size + live.size,
    races: model.races.size,
    contested: [...model.races.values()].filter(({ won, lost }) => won + lost > 1).length,
    wrongObjects,
    wrongRaces,
    strangeAnswers: model.strangeAnswers,
  };
}

const count = (map, key, change) => map.set(key, (map.get(key) ?? 0) + change);

// Run by itself: `node tools/bench/local-cloud-storm.mjs --seconds 8`.
if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      clients: { type: 'string', default: '200' },
    },
  });
  const result = await storm({ clients: Number(values.clients), seconds: Number(values.seconds) });
  console.log(JSON.stringify(result));
}
