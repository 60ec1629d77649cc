import { type JobSpec, type Warehouse } from '../ports/warehouse.js';
import { type TableRef } from '../table.js';

/** A warehouse with what the contract needs in it. */
export interface WarehouseUnderTest {
  readonly warehouse: Warehouse;
  /** A native table that can be extracted. */
  readonly table: TableRef;
  readonly rows: number;
  readonly location: string;
  /** `gs://bucket/folder/`, where jobs may write. */
  readonly folder: string;
  /** An id that no job has. */
  newJobId(): string;
  /** Called between two looks at a job: time passes. */
  pass(): Promise<void>;
}

/** What every Warehouse keeps; run it over the fake, the local cloud and, where credentials are set, Google. */
export function keepsWarehouseContract(make: () => Promise<WarehouseUnderTest>): void {
  let under: WarehouseUnderTest;
  beforeEach(async () => {
    under = await make();
  });

  const anExtract = (): JobSpec => ({
    kind: 'extract',
    project: under.table.project,
    location: under.location,
    id: under.newJobId(),
    labels: {},
    source: under.table,
    uris: [`${under.folder}extract-*.csv`],
    ...{ format: 'csv', compression: 'none', header: true, delimiter: ',' },
  });
  const anExport = (): JobSpec => {
    const { project, dataset, table } = under.table;
    const options = `uri='${under.folder}export-*.csv', format='CSV', overwrite=true`;
    return {
      kind: 'query',
      ...{ project, location: under.location, id: under.newJobId(), labels: {}, parameters: [] },
      sql: `EXPORT DATA OPTIONS (${options}) AS SELECT * FROM \`${project}.${dataset}.${table}\``,
    };
  };
  const untilDone = async (spec: JobSpec) => {
    for (let looks = 0; looks < 1_000; looks += 1) {
      const state = await under.warehouse.getJob(spec);
      if (state.state === 'done') return state;
      await under.pass();
    }
    throw new Error(`job ${spec.id} did not end`);
  };

  it('describes a table, and lists it in its dataset', async () => {
    const { warehouse, table, rows } = under;
    expect(await warehouse.getTable(table)).toMatchObject({
      ...{ ref: table, kind: 'table', rowCount: rows, hasStreamingBuffer: false },
    });
    const { items } = await warehouse.listTables(table.project, table.dataset);
    expect(items.map(({ ref }) => ref)).toContainEqual(table);
  });

  it('says that an unknown table is not there', async () => {
    const { warehouse, table } = under;
    const unknown = { ...table, table: 'no_such_table_here' };
    await expect(warehouse.getTable(unknown)).rejects.toMatchObject({ code: 'table-not-found' });
  });

  it('tells what a query would read without running it', async () => {
    const { warehouse, table } = under;
    const { project, dataset } = table;
    const sql = `SELECT * FROM \`${project}.${dataset}.${table.table}\``;
    expect(await warehouse.dryRun({ project, sql, parameters: [] })).toMatchObject({
      bytes: expect.any(Number),
      statementType: 'SELECT',
    });
  });

  it('extracts a table, and counts the files', async () => {
    const spec = anExtract();
    await under.warehouse.ensureJob(spec);
    const state = await untilDone(spec);
    expect(state.error).toBeUndefined();
    expect(state.fileCount).toBeGreaterThan(0);
  });

  it('exports a query, and counts files and rows', async () => {
    const spec = anExport();
    await under.warehouse.ensureJob(spec);
    const state = await untilDone(spec);
    expect(state.error).toBeUndefined();
    expect(state).toMatchObject({ rowCount: under.rows, fileCount: expect.any(Number) });
  });

  it('adopts the job that has the id already', async () => {
    const spec = anExtract();
    const [first, second] = await Promise.all([
      under.warehouse.ensureJob(spec),
      under.warehouse.ensureJob(spec),
    ]);
    expect(second.ref).toEqual(first.ref);
    await untilDone(spec);
    expect(await under.warehouse.ensureJob(spec)).toMatchObject({ state: 'done' });
  });

  it('says that an unknown job is lost', async () => {
    await expect(under.warehouse.getJob(anExtract())).rejects.toMatchObject({ code: 'job-lost' });
  });

  it('cancels a job that has ended without complaint', async () => {
    const spec = anExtract();
    await under.warehouse.ensureJob(spec);
    await untilDone(spec);
    await under.warehouse.cancelJob(spec);
    expect(await under.warehouse.getJob(spec)).toMatchObject({ state: 'done' });
  });
}
