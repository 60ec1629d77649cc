import { startTestBigQuery, type TestBigQuery } from '../bigquery/testing/with-bigquery.js';
import { conformanceFamilies } from './conformance/conformance-families.js';
import { type ConformanceCase } from './conformance/conformance-case.js';
import { runCase } from './conformance/run-case.js';

// The machine may be busy.
jest.setTimeout(60_000);

describe('GoogleSQL as its reference describes it', () => {
  let bigquery: TestBigQuery;
  beforeAll(async () => {
    bigquery = await startTestBigQuery();
  });
  afterAll(() => bigquery.dispose());

  describe.each(Object.entries(conformanceFamilies))('%s', (_family, cases) => {
    it.each(cases.map((each) => [`${each.function}: ${each.sql}`, each] as const))(
      '%s',
      async (_title, each: ConformanceCase) => {
        const answer = await runCase(bigquery, each);
        if (each.rows === undefined) {
          expect(answer).toEqual({ error: expect.stringMatching(each.error) });
          return;
        }
        const inOrder = (rows: NonNullable<typeof answer.rows>) =>
          each.anyOrder ? [...rows].map((row) => JSON.stringify(row)).sort() : rows;
        expect(answer).toEqual({
          rows: expect.anything(),
          types: each.types ?? expect.anything(),
        });
        expect(inOrder(answer.rows ?? [])).toEqual(inOrder(each.rows));
      },
    );
  });
});
