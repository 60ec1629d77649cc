import { createClient, type ExportSet } from '@outhaul/api-client';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { Output } from '../output.js';
import { type Session } from '../session.js';
import { refuseUnfinishedSet, watchSet } from './watch-set.js';

const totals = { tables: 1, succeeded: 0, failed: 0, rows: 0, files: 0, bytes: 0 };
const running = { id: 's1', state: 'running', totals, tables: [] };
const ended = { ...running, state: 'succeeded', outcome: { state: 'succeeded' } };
const problem = (status: number) => ({ status, code: 'c', detail: `It is ${status}.` });

/** A session whose service gives these answers, one after the other; an Error is none. */
const answering = (...answers: (object | Error)[]): Session => {
  const fetch = async (): Promise<Response> => {
    const answer = answers.shift() ?? {};
    if (answer instanceof Error) throw answer;
    return Response.json(answer, {
      status: 'code' in answer ? Number(Reflect.get(answer, 'status')) : 200,
    });
  };
  return {
    client: createClient({ baseUrl: 'http://x.test', fetch }),
    output: new Output({ json: false, quiet: true, color: false }),
  } as Session;
};

it('tells each state once, to the end', async () => {
  const told: string[] = [];
  const session = answering(running, running, ended);
  const last = await watchSet(session, 's1', ({ state }: ExportSet) => void told.push(state));
  expect([last.state, told]).toEqual(['succeeded', ['running', 'succeeded']]);
});

it('asks again when the service was away for a moment, or busy', async () => {
  const away = new CommandFailure(exitCodes.unreachable, 'No Outhaul answers.');
  const session = answering(running, away, problem(503), problem(429), ended);
  expect(await watchSet(session, 's1')).toMatchObject({ state: 'succeeded' });
});

it.each([404, 403, 401])('does not ask again after a refusal (%d)', async (status) => {
  await expect(watchSet(answering(problem(status), ended), 's1')).rejects.toThrow(
    `It is ${status}.`,
  );
});

it('says that it had ended when Ctrl-C came too late', () => {
  const session = { again: ' --direct' } as Session;
  const set = ended as unknown as ExportSet;
  refuseUnfinishedSet(session, set);
  process.exitCode = exitCodes.interrupted;
  try {
    expect(() => refuseUnfinishedSet(session, set)).toThrow('s1 had ended before');
  } finally {
    process.exitCode = undefined;
  }
});
