import { format } from 'node:util';
import { expect } from 'expect';

export interface ContractTest {
  readonly title: string;
  run(): Promise<void>;
}

type Body = () => unknown;
type EachBody = (...values: never[]) => unknown;

/**
 * The tests of a contract that is written for Jest, to be run without it: `it`, `it.each` and `beforeEach` are all that
 * contracts use. The contract is built again for each test, so that tests share no state and may run at once.
 */
export function collectTests(contract: () => void): readonly ContractTest[] {
  return readContract(contract).tests.map(({ title }, index) => ({
    title,
    async run() {
      const { before, tests } = readContract(contract);
      for (const each of before) await each();
      await tests[index]?.body();
    },
  }));
}

function readContract(contract: () => void) {
  const before: Body[] = [];
  const tests: { readonly title: string; readonly body: Body }[] = [];
  const it = Object.assign((title: string, body: Body): void => void tests.push({ title, body }), {
    each:
      (table: readonly unknown[]) =>
      (title: string, body: EachBody): void => {
        for (const row of table) {
          const values = (Array.isArray(row) ? row : [row]) as never[];
          tests.push({ title: format(title, ...values), body: () => body(...values) });
        }
      },
  });
  const beforeEach = (body: Body): void => void before.push(body);
  const globals = globalThis as unknown as Record<string, unknown>;
  const own = { it: globals['it'], beforeEach: globals['beforeEach'] };
  // What tests expect is looked up when they run, so it stays.
  Object.assign(globals, { it, beforeEach, expect: globals['expect'] ?? expect });
  try {
    contract();
  } finally {
    Object.assign(globals, own);
  }
  return { before, tests };
}
