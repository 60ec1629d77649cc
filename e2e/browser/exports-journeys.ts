import { type Page } from 'playwright-core';
import { type ConsoleUnderTest } from './console-under-test.js';

const slowJob = { kind: 'slow', delayMs: 4_000, operation: 'bigquery.jobs.get', count: 1_000 };

/** Live states, and what can go wrong on the way. */
export function describeExports(the: () => ConsoleUnderTest): void {
  let page: Page;
  beforeAll(async () => {
    page = await the().pageOf('exporter');
  });
  afterAll(() => page?.context().close());
  afterEach(() => the().disarm());

  async function compose(table: string): Promise<void> {
    await page.goto(`${the().url}/compose?table=${table}`);
    await page.getByText('You hold every permission').waitFor();
  }

  const start = () => page.getByRole('button', { name: 'Start export' }).click();
  const state = (name: string) => page.locator('.head outhaul-state-chip', { hasText: name });

  it('goes on watching after the connection was lost in the middle', async () => {
    await compose('samples.weather');
    // The job itself is short; what is slow is to start it.
    await the().arm({ ...slowJob, operation: 'bigquery.jobs.insert' });
    await start();
    await state('Running').waitFor();
    the().proxy.cut();
    await page.getByText('The connection was lost; the export goes on.').waitFor();
    await the().disarm();
    the().proxy.mend();
    await state('Succeeded').waitFor();
    await page.getByText('The connection was lost').waitFor({ state: 'detached' });
    await page.getByText('Verified: 2,922 rows in the files').waitFor();
  });

  it('cancels', async () => {
    await the().arm(slowJob);
    await compose('samples.weather');
    await start();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await state('Cancelled').waitFor();
  });

  it('tells why an export failed and what mends it, and takes it up again', async () => {
    await compose('samples.movies');
    await the().arm({
      kind: 'status',
      status: 403,
      reason: 'accessDenied',
      operation: 'bigquery.jobs.insert',
      // The plan's own question, a dry run, gets its answer.
      skip: 1,
    });
    await start();
    await state('Failed').waitFor();
    const alert = page.getByRole('alert');
    await alert.getByText('A fault of the local cloud, on request.').waitFor();
    await page.getByRole('button', { name: 'Retry' }).click();
    await state('Succeeded').waitFor();
    await page.getByText('Verified: 3,201 rows in the files').waitFor();
  });

  it('lists exports live, filters and searches them, and removes several at once', async () => {
    await page.goto(`${the().url}/exports`);
    await page.getByRole('link', { name: 'samples.movies' }).waitFor();
    await page.getByRole('button', { name: 'Cancelled' }).click();
    await page.getByRole('link', { name: 'samples.movies' }).waitFor({ state: 'detached' });
    await page.waitForURL(/state=cancelled/);
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await page.getByRole('searchbox', { name: 'Search exports' }).fill('weather');
    await page.waitForURL(/q=weather/);
    await page.getByRole('link', { name: 'samples.movies' }).waitFor({ state: 'detached' });
    expect(await page.getByRole('link', { name: 'samples.weather' }).count()).toBe(2);
    await page.getByRole('checkbox', { name: 'Choose all' }).check();
    await page.getByRole('button', { name: 'Remove (2)' }).click();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByRole('heading', { name: 'No export matches' }).waitFor();
  });

  it('exports many tables at once, and shows the progress of each', async () => {
    await page.goto(`${the().url}/sets/new?dataset=samples`);
    await page.getByLabel('Names that match').fill('*s');
    await page.getByLabel('Leave out').fill('flights, all_types');
    await page.getByLabel('Leave out').blur();
    await page.getByText('4 tables').waitFor();
    await page.getByRole('button', { name: 'Start' }).click();
    await state('Succeeded').waitFor();
    await page.getByText('4 / 4').waitFor();
    await page.getByRole('link', { name: 'airports' }).click();
    await page.getByText('Verified: 3,376 rows in the files').waitFor();
  });

  it('opens the composer with the request of an earlier export', async () => {
    await page.goto(`${the().url}/exports?q=movies`);
    await page.getByRole('link', { name: 'samples.movies' }).first().click();
    await page.getByRole('button', { name: 'Export again …' }).click();
    await page.getByText('You hold every permission').waitFor();
    expect(await page.getByLabel('Table', { exact: true }).inputValue()).toBe('samples.movies');
  });
}
