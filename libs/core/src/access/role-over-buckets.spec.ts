import { roleMarkers, roleOverBuckets } from './roles.js';

const { viewer, exporter, admin } = roleMarkers;

/** The role of someone who holds these permissions on each bucket, and which buckets were asked for. */
async function roleWith(held: Readonly<Record<string, readonly string[]>>) {
  const asked: string[] = [];
  const role = await roleOverBuckets(Object.keys(held), async (bucket) => {
    asked.push(bucket);
    return held[bucket] ?? [];
  });
  return { role, asked };
}

it('makes an admin only of who is admin of every files bucket', async () => {
  const all = [viewer, exporter, admin];
  expect(await roleWith({ one: all })).toMatchObject({ role: 'admin' });
  expect(await roleWith({ one: all, two: all })).toMatchObject({ role: 'admin' });
  expect(await roleWith({ one: all, two: [viewer, exporter] })).toMatchObject({ role: 'exporter' });
  expect(await roleWith({ one: [viewer, admin], two: [] })).toMatchObject({ role: 'viewer' });
  expect(await roleWith({ one: [admin], two: [] })).toMatchObject({ role: undefined });
});

it('asks for more than the first bucket only where it matters', async () => {
  expect(await roleWith({ one: [viewer, exporter], two: [] })).toEqual({
    role: 'exporter',
    asked: ['one'],
  });
});
