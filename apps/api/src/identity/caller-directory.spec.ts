import { AppError, type Role, type Warehouse } from '@outhaul/core';
import { type TokenFacts } from '@outhaul/google';
import { CallerDirectory } from './caller-directory.js';

const start = Date.parse('2026-03-01T12:00:00Z');

/** A directory whose clock, issuer and IAM a test sets; `asked` counts the questions to the issuer. */
function aDirectory() {
  const world = {
    nowMs: start,
    role: 'exporter' as Role | undefined,
    facts: {
      audience: 'our-client',
      scopes: ['https://www.googleapis.com/auth/cloud-platform'],
      expiresAtMs: start + 3_600_000,
      email: 'a@example.com',
      emailVerified: true,
    } as TokenFacts | undefined,
    asked: 0,
    failing: false,
    isRevoked: false,
  };
  const directory = new CallerDirectory({
    audiences: ['our-client'],
    nowMs: () => world.nowMs,
    async factsOf() {
      world.asked += 1;
      if (world.failing) throw new AppError('upstream-unavailable', 'down');
      return world.facts;
    },
    async roleOf() {
      if (world.isRevoked) throw new AppError('unauthenticated', 'Google does not accept it.');
      return world.role;
    },
    warehouseOf: () => ({}) as Warehouse,
    policiesOf: () => ({ bindingsOf: async () => [] }),
  });
  return { directory, world };
}

it('asks once for calls at the same time and for half a minute after', async () => {
  const { directory, world } = aDirectory();
  const callers = await Promise.all([directory.callerOf('t'), directory.callerOf('t')]);
  world.nowMs += 29_000;
  expect([await directory.callerOf('t'), callers[1], world.asked]).toEqual([...callers, 1]);
  await directory.callerOf('another');
  expect(world.asked).toBe(2);
});

it('sees a role that was taken away, and a revoked token, within a minute', async () => {
  const { directory, world } = aDirectory();
  expect((await directory.callerOf('t')).permissions).toContain('exports.create');
  world.role = undefined;
  world.nowMs += 31_000;
  expect(await directory.callerOf('t')).toMatchObject({ permissions: new Set() });
  world.isRevoked = true;
  world.nowMs += 31_000;
  await expect(directory.callerOf('t')).rejects.toMatchObject({ code: 'unauthenticated' });
});

it('asks what a token is once in ten minutes, and what its owner may do each half minute', async () => {
  const { directory, world } = aDirectory();
  for (let seconds = 0; seconds < 590; seconds += 31, world.nowMs += 31_000)
    await directory.callerOf('t');
  expect(world.asked).toBe(1);
  world.role = 'admin';
  world.nowMs += 31_000;
  expect(await directory.callerOf('t')).toMatchObject({ role: 'admin' });
  expect(world.asked).toBe(2);
});

it('never trusts a token past its end', async () => {
  const { directory, world } = aDirectory();
  world.facts = { ...(world.facts as TokenFacts), expiresAtMs: start + 5_000 };
  await directory.callerOf('t');
  world.nowMs += 5_000;
  await expect(directory.callerOf('t')).rejects.toMatchObject({ code: 'unauthenticated' });
});

it('remembers a refusal for seconds only, and a fault not at all', async () => {
  const { directory, world } = aDirectory();
  const { facts } = world;
  world.facts = undefined;
  await expect(directory.callerOf('t')).rejects.toMatchObject({ code: 'unauthenticated' });
  world.facts = facts;
  await expect(directory.callerOf('t')).rejects.toMatchObject({ code: 'unauthenticated' });
  world.nowMs += 6_000;
  expect(await directory.callerOf('t')).toMatchObject({ email: 'a@example.com' });
  world.failing = true;
  await expect(directory.callerOf('u')).rejects.toMatchObject({ code: 'upstream-unavailable' });
  world.failing = false;
  expect(await directory.callerOf('u')).toMatchObject({ email: 'a@example.com' });
});
