import { unwrap } from '@outhaul/api-client';
import { mintToken, type Person } from '../support/person.js';
import { WholeSystem } from '../support/whole-system.js';

let system: WholeSystem;
let exporter: Person;
let admin: Person;
beforeAll(async () => {
  system = await WholeSystem.startEnforced();
  [exporter, admin] = [await system.as('exporter'), await system.as('admin')];
});
afterAll(() => system?.stop());

const airports = {
  source: { type: 'table', dataset: 'samples', table: 'airports' },
  format: 'csv',
} as const;

async function local(path: string, method: string, body?: object): Promise<Response> {
  const answer = await fetch(system.cloudUrl + path, {
    method,
    body: body && JSON.stringify(body),
    headers: { Authorization: `Bearer ${admin.token}`, 'Content-Type': 'application/json' },
  });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return answer;
}

/** Asks again until it holds; answers after how many ms it did. */
async function until(holds: () => Promise<boolean>, withinMs: number): Promise<number> {
  const startedAt = Date.now();
  while (!(await holds())) {
    if (Date.now() - startedAt > withinMs) throw new Error(`not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return Date.now() - startedAt;
}

it('waits when its owner’s token has ended before the job began, says so, and goes on when they are back', async () => {
  const short = await system.as('exporter');
  await local('/_local/faults', 'POST', {
    kind: 'status',
    status: 503,
    operation: 'bigquery.jobs.insert',
    // The plan's own question, a dry run, gets its answer.
    skip: 1,
    count: 1_000,
  });
  const { id } = await short.startExport(airports);
  await local(`/_local/tokens/${short.token}`, 'DELETE');
  await local('/_local/faults', 'DELETE');
  const seenByAdmin = () =>
    unwrap(admin.client.GET('/api/v1/status/{id}', { params: { path: { id } } }));
  await until(async () => (await seenByAdmin()).state === 'waiting', 40_000);
  expect((await seenByAdmin()).steps[0]).toMatchObject({
    state: 'waiting',
    note: expect.stringMatching(/^Waits for exporter@outhaul\.test/),
  });
  // Neither the service nor an admin who looks at it takes the owner's place.
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect((await seenByAdmin()).state).toBe('waiting');
  const back = await system.as('exporter');
  expect((await back.untilEnded(id)).outcome).toMatchObject({ state: 'succeeded', rows: 3_376 });
}, 90_000);

it('heeds a token that was revoked, and a role that was given or taken away, within a minute', async () => {
  const revoked = await system.as('exporter');
  const promoted = await system.as('viewer');
  const statusOf = async (person: Person) => (await person.fetch('/api/v1/me')).status;
  const roleOf = async (person: Person) =>
    ((await (await person.fetch('/api/v1/me')).json()) as { role?: string }).role;
  expect([await statusOf(revoked), await roleOf(exporter), await roleOf(promoted)]).toEqual([
    200,
    'exporter',
    'viewer',
  ]);
  await local(`/_local/tokens/${revoked.token}`, 'DELETE');
  const policy = (await (await local('/_local/policy', 'GET')).json()) as {
    bindings: { members: string[]; resource: string }[];
  };
  const bindings = policy.bindings.map((binding) =>
    binding.resource.startsWith('buckets/')
      ? {
          ...binding,
          members: binding.members.map((member) =>
            member === `user:${exporter.email}` ? `user:${promoted.email}` : member,
          ),
        }
      : binding,
  );
  await local('/_local/policy', 'PUT', { ...policy, bindings });
  await Promise.all([
    until(async () => (await statusOf(revoked)) === 401, 60_000),
    until(async () => (await roleOf(exporter)) === undefined, 60_000),
    until(async () => (await roleOf(promoted)) === 'exporter', 60_000),
  ]);
  expect((await exporter.fetch('/api/v1/datasets')).status).toBe(403);
  // A new sign-in counts at once, and so does a role that a new token finds.
  await local('/_local/policy', 'PUT', policy);
  const token = await mintToken(system.cloudUrl, exporter.email);
  const headers = { Authorization: `Bearer ${token}` };
  expect((await fetch(`${system.url}/api/v1/datasets`, { headers })).status).toBe(200);
}, 90_000);
