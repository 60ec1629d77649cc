import { aBench, aField, aRequest, aTable, runToEnd } from '../testing/index.js';

const oneColumn = { format: 'csv', csv: { header: false } } as const;

/** The warehouse of these tests leaves blank lines out, as readers of CSV may. */
describe('a NULL in the only column of a CSV file, a blank line', () => {
  const exported = async (rows: readonly string[], change?: (text: string) => string) => {
    const table = aTable({ fields: [aField('a')], rowCount: rows.length });
    const bench = aBench(table, rows);
    const put = bench.files.put.bind(bench.files);
    bench.files.put = (bucket, name, text, ...rest) =>
      put(bucket, name, change && typeof text === 'string' ? change(text) : text, ...rest);
    const { id } = await bench.exporter.start(bench.owner, aRequest(oneColumn));
    const { outcome } = await runToEnd(bench, id);
    return { outcome, bench, id };
  };

  it('is counted by the lines where a query finds too few rows', async () => {
    const { outcome, bench, id } = await exported(['x', '', 'y']);
    expect(outcome).toMatchObject({ state: 'succeeded', rows: 3 });
    const { verified } = await bench.exporter.manifest(bench.owner, id);
    expect(verified).toMatchObject({ by: 'csv lines', sourceRows: 3, fileRows: 3 });
  });

  it('is missed when it is not there', async () => {
    const { outcome } = await exported(['x', '', 'y'], (text) => text.replace('\n\n', '\n'));
    expect(outcome).toMatchObject({
      state: 'failed',
      error: { message: 'The source has 3 rows, the files hold 2.' },
    });
  });

  it('leaves the counting to the query where that finds every row', async () => {
    const { bench, id } = await exported(['x', 'y']);
    const { verified } = await bench.exporter.manifest(bench.owner, id);
    expect(verified.by).toBe('a query over the files');
  });
});
