import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { unwrap } from '@outhaul/api-client';
import { type Page } from 'playwright-core';
import { type ConsoleUnderTest, shotsFolder } from './console-under-test.js';

interface Look {
  readonly name: string;
  readonly path: string;
  readonly user?: 'viewer' | 'exporter' | 'admin' | 'nobody';
  readonly width?: number;
  /** What the cloud answers wrongly meanwhile. */
  readonly fault?: Record<string, unknown>;
  /** Until the page is as it is to be looked at. */
  readonly ready: (page: Page) => Promise<unknown>;
}

async function startSet(the: ConsoleUnderTest): Promise<string> {
  const admin = await the.person('admin');
  const { id } = await unwrap(
    admin.client.POST('/api/v1/export-sets', {
      body: {
        dataset: 'samples',
        pattern: '*s',
        exclude: ['flights'],
        label: 'Everything but the flights',
        options: { format: 'parquet' },
      },
    }),
  );
  for (;;) {
    const { outcome } = await unwrap(
      admin.client.GET('/api/v1/export-sets/{id}', { params: { path: { id } } }),
    );
    if (outcome) return id;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const heading = (name: string) => (page: Page) => page.getByRole('heading', { name }).waitFor();
const text = (found: string) => (page: Page) => page.getByText(found).first().waitFor();
const inOrder =
  (...steps: ((page: Page) => Promise<unknown>)[]) =>
  async (page: Page) => {
    for (const step of steps) await step(page);
  };

/** Every page in both themes: a picture of it, and no fault that axe finds. */
export function describeLooks(the: () => ConsoleUnderTest): void {
  let done: string;
  let failed: string;
  let set: string;
  beforeAll(async () => {
    const admin = await the().person('admin');
    done = (
      await admin.startExport({
        source: { type: 'table', dataset: 'samples', table: 'flights' },
        format: 'parquet',
        label: 'Flights for the winter report',
      })
    ).id;
    await admin.untilEnded(done);
    await the().arm({
      kind: 'status',
      status: 403,
      reason: 'accessDenied',
      operation: 'bigquery.jobs.insert',
      // The plan's own question, a dry run, gets its answer.
      skip: 1,
    });
    failed = (
      await admin.startExport({
        source: { type: 'table', dataset: 'samples', table: 'movies' },
        format: 'csv',
        shape: 'single',
      })
    ).id;
    await admin.untilEnded(failed);
    await the().disarm();
    set = await startSet(the());
  });

  const looks: Look[] = [
    { name: 'sign-in', path: '/', user: 'nobody', ready: heading('Sign in to Outhaul') },
    { name: 'catalog', path: '/catalog/samples', ready: text('orders_by_day') },
    { name: 'table', path: '/catalog/samples/flights', ready: text('The first 100 rows') },
    {
      name: 'table-schema',
      path: '/catalog/samples/orders?tab=schema',
      ready: text('E-mail address.'),
    },
    {
      name: 'table-partitions',
      path: '/catalog/samples/orders_by_day?tab=partitions',
      ready: text('20260430'),
    },
    {
      name: 'table-details',
      path: '/catalog/samples/delayed_flights?tab=details',
      ready: text('Query of the view'),
    },
    { name: 'missing-table', path: '/catalog/samples/nothing', ready: text('does not exist') },
    {
      name: 'compose',
      path: '/compose?table=samples.orders',
      ready: inOrder(text('You hold every permission'), async (page) => {
        await page.getByLabel('Mask of note').selectOption('keep-first');
        await page.getByRole('button', { name: 'All conditions' }).click();
        await page.getByText('masked: note').waitFor();
      }),
    },
    {
      name: 'compose-query',
      path: '/compose?table=samples.flights',
      ready: inOrder(text('You hold every permission'), async (page) => {
        await page.getByRole('button', { name: 'Query' }).click();
        await page.locator('.cm-content').waitFor();
        await page.getByText('EXPORT DATA query').waitFor();
      }),
    },
    { name: 'may-not-export', path: '/compose', user: 'viewer', ready: heading('You may look') },
    { name: 'export', path: '/exports/DONE', ready: text('Download all as zip') },
    { name: 'export-failed', path: '/exports/FAILED', ready: text('Retry') },
    { name: 'exports', path: '/exports?owner=all', ready: text('Flights for the winter report') },
    { name: 'no-exports', path: '/exports?q=zzzz', ready: heading('No export matches') },
    { name: 'bulk', path: '/sets', ready: text('Succeeded') },
    { name: 'bulk-new', path: '/sets/new?dataset=samples', ready: text('8 tables') },
    { name: 'bulk-board', path: '/sets/SET', ready: text('Succeeded') },
    { name: 'activity', path: '/activity', ready: text('export.start') },
    {
      name: 'insights',
      path: '/insights?range=hour',
      ready: (page) => page.locator('outhaul-chart canvas').nth(3).waitFor(),
    },
    { name: 'access', path: '/access', ready: text('roles/') },
    { name: 'no-access', path: '/access?q=zzzz', ready: heading('No grant matches') },
    {
      name: 'access-unread',
      path: '/access',
      fault: {
        kind: 'status',
        status: 403,
        reason: 'forbidden',
        operation: 'storage.buckets.getIamPolicy',
        count: 100,
      },
      ready: text('You may not read who holds what'),
    },
    { name: 'phone-access', path: '/access', width: 360, ready: text('Person') },
    { name: 'phone-activity', path: '/activity', width: 360, ready: text('export.start') },
    {
      name: 'phone-exports',
      path: '/exports?owner=all',
      width: 360,
      ready: text('Flights for the winter report'),
    },
    { name: 'phone-bulk-board', path: '/sets/SET', width: 360, ready: text('Succeeded') },
    {
      name: 'compose-files',
      path: '/compose?table=samples.orders',
      ready: inOrder(text('You hold every permission'), async (page) => {
        await page.getByText('CSV', { exact: true }).click();
        await page.locator('outhaul-files-form').evaluate((form) => form.scrollIntoView());
        await page.getByText('Between values').first().waitFor();
      }),
    },
    {
      name: 'compose-rows',
      path: '/compose?table=samples.orders',
      ready: inOrder(text('You hold every permission'), async (page) => {
        await page.getByRole('button', { name: 'All conditions' }).click();
        await page.getByText('Order, sample, limit').click();
        await page.getByRole('button', { name: 'Order by a column' }).click();
        await page.getByRole('button', { name: 'Then by another' }).click();
        await page.locator('outhaul-rows-form').evaluate((form) => form.scrollIntoView());
        await page.getByText('EXPORT DATA query').waitFor();
      }),
    },
    { name: 'not-found', path: '/nowhere', ready: heading('There is no such page') },
    {
      name: 'palette',
      path: '/catalog/samples',
      ready: inOrder(text('orders_by_day'), async (page) => {
        await page.keyboard.press('Control+k');
        await page.getByRole('option', { name: 'flights' }).first().waitFor();
      }),
    },
    {
      name: 'help',
      path: '/catalog/samples',
      ready: inOrder(text('orders_by_day'), async (page) => {
        await page.keyboard.press('?');
        await page.getByRole('heading', { name: 'Keys' }).waitFor();
      }),
    },
    { name: 'phone-catalog', path: '/catalog/samples', width: 360, ready: text('orders_by_day') },
    {
      name: 'phone-table',
      path: '/catalog/samples/flights',
      width: 360,
      ready: text('The first 100 rows'),
    },
    {
      name: 'phone-compose',
      path: '/compose?table=samples.airports',
      width: 360,
      ready: text('You hold every permission'),
    },
    { name: 'phone-export', path: '/exports/DONE', width: 360, ready: text('Download all as zip') },
  ];

  it.each(looks)('$name is as it should be, light and dark', async (look) => {
    const size = { width: look.width ?? 1280, height: look.width ? 740 : 800 };
    const page =
      look.user === 'nobody'
        ? await the().newPage({ viewport: size })
        : await the().pageOf(look.user ?? 'admin', size);
    if (look.fault) await the().arm(look.fault);
    await page.goto(
      the().url + look.path.replace('DONE', done).replace('FAILED', failed).replace('SET', set),
    );
    await look.ready(page);
    const violations: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.screenshot({ path: join(shotsFolder, `${look.name}-${colorScheme}.png`) });
      const found = await new AxeBuilder({ page })
        .options({ resultTypes: ['violations'] })
        .analyze();
      violations.push(
        ...found.violations.flatMap(({ id, nodes }) =>
          nodes.map(({ target, failureSummary }) =>
            [colorScheme, id, target.join(' '), failureSummary].join(' | '),
          ),
        ),
      );
    }
    if (look.fault) await the().disarm();
    expect(violations).toEqual([]);
    await page.context().close();
  });
}
