import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { WholeSystem } from '../support/whole-system.js';

const shots = join(__dirname, '../../tmp/screenshots');
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

let system: WholeSystem;
let browser: Browser;
let page: Page;
const faults: string[] = [];
beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  const executablePath = process.env['OUTHAUL_BROWSER'];
  if (!executablePath) throw new Error('OUTHAUL_BROWSER names no browser; `npm test` finds one.');
  system = await WholeSystem.start();
  browser = await chromium.launch({ executablePath, headless: true, args: flags });
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    const { origin } = new URL(request.url());
    if (![system.url, system.cloudUrl].includes(origin) && !request.url().startsWith('data:'))
      faults.push(`asked ${origin}`);
  });
});
afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

it('leads an analyst from the catalog to a verified file', async () => {
  await page.goto(system.url);
  await page.getByRole('link', { name: 'airports' }).click();
  await page.getByRole('heading', { name: 'airports' }).waitFor();
  await page.getByText('3,376 rows').waitFor();
  await page.getByRole('cell', { name: 'Thigpen' }).first().waitFor();
  await page.screenshot({ path: join(shots, 'table.png') });

  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByText('3,376 rows in the files, as many as in the source.').waitFor();
  await page.screenshot({ path: join(shots, 'export.png') });

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'airports-000000000000.parquet' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('airports-000000000000.parquet');

  await page.getByRole('link', { name: 'Exports' }).first().click();
  await page.getByRole('link', { name: 'samples.airports' }).waitFor();
  await page.screenshot({ path: join(shots, 'exports.png') });
});

it('finds a table as one types', async () => {
  await page.goto(`${system.url}/catalog/samples`);
  await page.getByRole('link', { name: 'movies' }).waitFor();
  await page.getByRole('searchbox').fill('order');
  await page.getByRole('link', { name: 'movies' }).waitFor({ state: 'detached' });
  expect(await page.getByRole('row').count()).toBe(3);
  await page.screenshot({ path: join(shots, 'catalog.png') });
});

it('tells what is wrong with an address', async () => {
  await page.goto(`${system.url}/catalog/samples/nothing`);
  await page
    .getByText('Table outhaul-local.samples.nothing does not exist, or you may not see it.')
    .first()
    .waitFor();
});

it('meets no fault that it did not show', () => {
  expect(faults.filter((fault) => !/status of 404/.test(fault))).toEqual([]);
});
