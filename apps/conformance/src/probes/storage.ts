import { type Area } from '../probe.js';
import { told } from '../told.js';
import { type World } from '../world.js';

const versioned = 'libs/google/src/versioned-objects.ts';
const preconditions = 'https://cloud.google.com/storage/docs/request-preconditions';

const once = { query: { ifGenerationMatch: '0' } };

/** Writes `texts` as objects a, b, c … of a new folder; returns the folder. */
async function folderOf(world: World, texts: readonly string[]): Promise<string> {
  const folder = world.folder();
  for (const [index, text] of texts.entries())
    (await world.storage.put(folder + nameOf(index), text)).orThrow();
  return folder;
}
const nameOf = (index: number): string => String(index).padStart(3, '0');

/** Objects: conditions, joining, reading, and how fast one may be written. */
export const storage: Area = {
  name: 'storage',
  title: 'Cloud Storage: conditions, joining, reading',
  probes: [
    {
      id: 'storage.create-once',
      question: 'Does ifGenerationMatch=0 refuse to replace an object?',
      why: 'A writer that loses the race for a record or a file is told.',
      where: versioned,
      source: preconditions,
      expected: ['refused'],
      async ask(world) {
        const name = `${world.folder()}a`;
        (await world.storage.put(name, 'first', once)).orThrow();
        return told(await world.storage.put(name, 'second', once), 'works', /412/);
      },
    },
    {
      id: 'storage.replace-what-was-read',
      question: 'Does ifGenerationMatch let exactly the reader of the last version replace it?',
      why: 'This is the lock that every record rests on.',
      where: versioned,
      source: preconditions,
      expected: ['stale: refused, current: works'],
      async ask(world) {
        const name = `${world.folder()}a`;
        const first = (await world.storage.put(name, '1')).orThrow().at('generation');
        await new Promise((resolve) => setTimeout(resolve, 1_100));
        const second = (await world.storage.put(name, '2')).orThrow().at('generation');
        await new Promise((resolve) => setTimeout(resolve, 1_100));
        const put = (generation: unknown) =>
          world.storage.put(name, '3', { query: { ifGenerationMatch: String(generation) } });
        const stale = told(await put(first), 'works', /412/);
        const current = told(await put(second), 'works');
        return { answer: `stale: ${stale.answer}, current: ${current.answer}` };
      },
    },
    {
      id: 'storage.writes-a-second',
      question: 'Are ten writes to one name within a second slowed down by 429?',
      why: 'Records are written at most about once a second; a 429 is waited for.',
      where: versioned,
      source: 'https://cloud.google.com/storage/quotas#objects',
      expected: ['some refused with 429', 'all taken'],
      async ask(world) {
        const name = `${world.folder()}a`;
        const statuses: number[] = [];
        for (let count = 0; count < 10; count += 1)
          statuses.push((await world.storage.put(name, String(count), { once: true })).status);
        const others = statuses.filter((status) => status !== 200 && status !== 429);
        if (others.length > 0) return { answer: `refused with ${others.join(', ')}` };
        return { answer: statuses.includes(429) ? 'some refused with 429' : 'all taken' };
      },
    },
    {
      id: 'storage.compose',
      question: 'Does compose join objects in the given order, and tell no MD5?',
      why: 'Single files are joined of parts; their checksum is CRC32C.',
      where: 'libs/core/src/run/compose.ts',
      source: 'https://cloud.google.com/storage/docs/composite-objects',
      expected: ['onetwo with crc32c only'],
      async ask(world) {
        const folder = await folderOf(world, ['one', 'two']);
        const sources = [0, 1].map((index) => ({ name: folder + nameOf(index) }));
        const joined = (await world.storage.compose(`${folder}all`, sources)).orThrow();
        const sums = ['crc32c', 'md5Hash'].filter((sum) => joined.at(sum) !== undefined).join(', ');
        const text = (await world.storage.media(`${folder}all`)).orThrow().text;
        return { answer: `${text} with ${sums} only` };
      },
    },
    {
      id: 'storage.compose-condition',
      question: 'Does compose heed ifGenerationMatch for its target?',
      why: 'A join that is repeated does not replace a file that is on record.',
      where: 'libs/core/src/run/create-once.ts',
      source: 'https://cloud.google.com/storage/docs/json_api/v1/objects/compose',
      expected: ['refused'],
      async ask(world) {
        const folder = await folderOf(world, ['one', 'two']);
        const sources = [{ name: folder + nameOf(0) }];
        return told(await world.storage.compose(folder + nameOf(1), sources, once), 'works', /412/);
      },
    },
    {
      id: 'storage.compose-source-generation',
      question: 'Does compose refuse a source whose generation is another one?',
      why: 'What was counted is what is joined.',
      where: 'libs/google/src/google-file-store.ts',
      source: 'https://cloud.google.com/storage/docs/json_api/v1/objects/compose',
      expected: ['refused'],
      async ask(world) {
        const folder = await folderOf(world, ['one']);
        const sources = [{ name: folder + nameOf(0), generation: '1' }];
        return told(await world.storage.compose(`${folder}all`, sources), 'works', /404|412/);
      },
    },
    {
      id: 'storage.compose-limit',
      question: 'Is a compose of 33 objects refused?',
      why: 'Many parts are joined in a tree of 32 at a time.',
      where: 'libs/core/src/run/compose.ts',
      source: 'https://cloud.google.com/storage/quotas#objects',
      expected: ['refused'],
      async ask(world) {
        const folder = await folderOf(world, ['x']);
        const sources = Array.from({ length: 33 }, () => ({ name: folder + nameOf(0) }));
        return told(await world.storage.compose(`${folder}all`, sources), 'works', /400|32/);
      },
    },
    {
      id: 'storage.generation-of-media',
      question: 'Does a download tell the generation of what it sends?',
      why: 'A record is read in one request, with the version that its next write needs.',
      where: versioned,
      source: 'https://cloud.google.com/storage/docs/xml-api/reference-headers#xgooggeneration',
      expected: ['the same generation'],
      async ask(world) {
        const name = `${world.folder()}a`;
        const generation = (await world.storage.put(name, '1')).orThrow().at('generation');
        const told = (await world.storage.media(name)).orThrow().headers.get('x-goog-generation');
        return { answer: told === generation ? 'the same generation' : `${told}` };
      },
    },
    {
      id: 'storage.list-between',
      question: 'Do startOffset and endOffset cut a listing, the first within, the second without?',
      why: 'Long lists of exports are read in ranges at once.',
      where: 'libs/google/src/ranged-listing.ts',
      source: 'https://cloud.google.com/storage/docs/json_api/v1/objects/list',
      expected: ['001, 002'],
      async ask(world) {
        const folder = await folderOf(world, ['a', 'b', 'c', 'd']);
        const query = { prefix: folder, startOffset: `${folder}001`, endOffset: `${folder}003` };
        const answer = (await world.storage.call('/o', { query })).orThrow();
        const items = (answer.at('items') as { name: string }[] | undefined) ?? [];
        return { answer: items.map(({ name }) => name.slice(folder.length)).join(', ') };
      },
    },
    {
      id: 'storage.resumed-upload',
      question: 'Does a 308 tell in Range which bytes are kept?',
      why: 'An upload goes on behind what was kept, which may be less than was sent.',
      where: 'libs/google/src/upload-stream.ts',
      source: 'https://cloud.google.com/storage/docs/performing-resumable-uploads#chunked-upload',
      expected: ['308, bytes=0-262143'],
      async ask(world) {
        const name = `${world.folder()}a`;
        const opened = await world.storage.upload(name, { method: 'POST', json: {} }, 'resumable');
        const session = opened.orThrow().headers.get('location') ?? '';
        const sent = await world.me.call(session, {
          method: 'PUT',
          body: new Uint8Array(262_144),
          headers: { 'Content-Range': 'bytes 0-262143/*' },
        });
        await world.me.call(session, { method: 'DELETE' });
        return { answer: `${sent.status}, ${sent.headers.get('range')}` };
      },
    },
    {
      id: 'storage.gzip-is-a-type',
      question: 'Do BigQuery’s gzip files come without Content-Encoding?',
      why: 'They are not unpacked on the way, so ranges and checksums hold.',
      where: 'libs/transfer/src',
      source: 'https://cloud.google.com/storage/docs/transcoding',
      expected: ['no Content-Encoding'],
      async ask(world) {
        const table = await world.table('SELECT 1 AS id');
        const { job, files } = await world.extract(table, { compression: 'GZIP' });
        job.orThrow();
        const [{ contentEncoding } = {}] = await files();
        return { answer: contentEncoding ?? 'no Content-Encoding' };
      },
    },
    {
      id: 'storage.retention',
      question: 'Does a bucket’s retention policy forbid to delete and to replace its objects?',
      why: 'A bucket with one cannot take exports: parts are replaced and deleted.',
      where: 'libs/core/src/plan/preflight.ts',
      source: 'https://cloud.google.com/storage/docs/bucket-lock',
      expected: ['delete: refused, replace: refused'],
      async ask(world) {
        const name = `outhaul-conformance-${world.scratch.runId}`;
        const made = await world.storage.service('/b', {
          query: { project: world.options.project },
          json: {
            name,
            location: world.location,
            retentionPolicy: { retentionPeriod: '5' },
            softDeletePolicy: { retentionDurationSeconds: '0' },
            labels: { 'outhaul-conformance': world.scratch.runId },
          },
        });
        made.orThrow();
        const bucket = world.storage.in(name);
        try {
          (await bucket.put('a', '1')).orThrow();
          const removed = told(await bucket.object('a', { method: 'DELETE' }), 'works', /403/);
          const replaced = told(await bucket.put('a', '2', { once: true }), 'works', /403/);
          return {
            answer: `delete: ${removed.answer}, replace: ${replaced.answer}`,
            message: removed.message,
          };
        } finally {
          await new Promise((resolve) => setTimeout(resolve, 6_000));
          await bucket.clear('');
          await bucket.call('', { method: 'DELETE' });
        }
      },
    },
    {
      id: 'storage.permissions',
      question: 'Does testIamPermissions tell which of several permissions one holds on a bucket?',
      why: 'What a bucket lacks is told before an export starts.',
      where: 'libs/google/src/permissions.ts',
      source: 'https://cloud.google.com/storage/docs/json_api/v1/buckets/testIamPermissions',
      expected: ['storage.objects.create, storage.objects.delete'],
      async ask(world) {
        const asked = ['storage.objects.create', 'storage.objects.delete'];
        const query = asked.map((permission) => `permissions=${permission}`).join('&');
        const answer = await world.storage.call(`/iam/testPermissions?${query}`);
        return {
          answer: ((answer.orThrow().at('permissions') as string[]) ?? []).sort().join(', '),
        };
      },
    },
  ],
};
