import { type Problem, ProblemError } from '@outhaul/api-client';
import { Output } from '../output.js';
import { cancelledBySignal } from './cancelled-by-signal.js';

const output = new Output({ json: false, quiet: true, color: false });
const exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never);
afterEach(() => {
  process.exitCode = undefined;
  exit.mockClear();
});
afterAll(() => jest.restoreAllMocks());

/** Something that ends once it is cancelled; `begun` is when its id is known. */
function aCancellable(begun: Promise<void>) {
  const cancelled: string[] = [];
  let end: (state: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => (end = resolve));
  const run = cancelledBySignal(output, {
    what: 'export',
    begin: () => begun.then(() => ({ id: 'x1' })),
    follow: () => ended,
    cancel: async (id) => {
      cancelled.push(id);
      end('cancelled');
    },
  });
  return { run, cancelled, end };
}
const press = () => process.emit('SIGINT');
const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

it('cancels once, and answers how it has ended', async () => {
  const { run, cancelled } = aCancellable(Promise.resolve());
  await soon();
  press();
  expect([await run, cancelled, process.exitCode]).toEqual(['cancelled', ['x1'], 130]);
  expect(exit).not.toHaveBeenCalled();
});

it('counts a Ctrl-C before the id is known, as soon as it is', async () => {
  let begin: () => void = () => undefined;
  const { run, cancelled } = aCancellable(new Promise((resolve) => (begin = resolve)));
  press();
  await soon();
  expect(cancelled).toEqual([]);
  begin();
  expect([await run, cancelled]).toEqual(['cancelled', ['x1']]);
});

it('ends the process at the second', async () => {
  let begin: () => void = () => undefined;
  const { run } = aCancellable(new Promise((resolve) => (begin = resolve)));
  press();
  press();
  expect(exit).toHaveBeenCalledWith(130);
  begin();
  await run;
});

it('listens without a gap, so that no second one ends the process unheard', async () => {
  const { run } = aCancellable(Promise.resolve());
  await soon();
  const listening: number[] = [];
  const heard = jest.spyOn(Output.prototype, 'note').mockImplementation(() => {
    listening.push(process.listenerCount('SIGINT'));
  });
  press();
  await run;
  heard.mockRestore();
  expect(listening).toEqual([1]);
});

it('leaves Ctrl-C alone afterwards', async () => {
  const before = process.listenerCount('SIGINT');
  const { run, end } = aCancellable(Promise.resolve());
  end('succeeded');
  expect([await run, process.listenerCount('SIGINT')]).toEqual(['succeeded', before]);
});

it('asks again when the service did not answer well, and not when it refuses', async () => {
  const problem = (status: number, code: string) => new ProblemError({ status, code } as Problem);
  const answers = [
    problem(502, 'upstream-unavailable'),
    problem(409, 'record-conflict'),
    problem(409, 'state-conflict'),
  ];
  let asked = 0;
  const run = cancelledBySignal(output, {
    what: 'export',
    begin: async () => ({ id: 'x1' }),
    follow: async () => new Promise((resolve) => setTimeout(resolve, 900)),
    cancel: async () => {
      asked += 1;
      throw answers[asked - 1] ?? new Error('asked too often');
    },
  });
  const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  await soon();
  press();
  await run;
  expect(asked).toBe(3);
  expect(stderr).toHaveBeenCalledTimes(1);
  stderr.mockRestore();
});
