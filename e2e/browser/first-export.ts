import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Page } from 'playwright-core';
import { type ConsoleUnderTest } from './console-under-test.js';

/** The masked rows of Texas as the file must have them, straight from the data set that the table was made of. */
function expectedRows(): (string | number)[][] {
  const file = join(__dirname, '../../node_modules/vega-datasets/data/airports.csv');
  const lines = readFileSync(file, 'utf8').trim().split(/\r?\n/).slice(1);
  return lines
    .map(cells)
    .filter(([, , , state]) => state === 'TX')
    .map(([iata = '', name = '', city = '']) => [iata, masked(String(name)), city]);
}

const masked = (text: string): string =>
  text.slice(0, 2) + '*'.repeat(Math.max(0, text.length - 2));

/** The values of a CSV line; numbers as numbers, however they are written. */
const cells = (line: string): (string | number)[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain = '']) => {
    if (quoted !== undefined) return quoted.replaceAll('""', '"');
    return /^-?\d+\.\d+$/.test(plain) ? Number(plain) : plain;
  });

const byFirst = ([a]: (string | number)[], [b]: (string | number)[]): number =>
  String(a) < String(b) ? -1 : 1;

async function savedText(page: Page, click: () => Promise<unknown>): Promise<[string, Buffer]> {
  const [download] = await Promise.all([page.waitForEvent('download'), click()]);
  return [download.suggestedFilename(), readFileSync(await download.path())];
}

/** From signing in to bytes that are right. */
export function describeFirstExport(the: () => ConsoleUnderTest): void {
  it('signs in, finds a table, masks and filters, reads the plan, runs, watches, and gets the right bytes', async () => {
    const page = await the().newPage();
    await page.goto(`${the().url}/catalog/samples`);
    await page.getByRole('heading', { name: 'Sign in to Outhaul' }).waitFor();
    await page.getByRole('link', { name: 'Sign in with your organisation' }).click();
    await the().chooseUser(page, 'exporter');
    await page.waitForURL(`${the().url}/catalog/samples`);

    await page.getByRole('link', { name: 'orders_by_day' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('airp');
    await page.getByRole('link', { name: 'airports' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'airports' }).waitFor();
    await page.getByRole('cell', { name: 'Thigpen' }).waitFor();
    await page.getByText('3,376', { exact: true }).waitFor();

    await page.getByRole('link', { name: 'Export', exact: true }).click();
    await page.getByText('Extract job', { exact: true }).waitFor();
    await page.getByText('Free', { exact: true }).waitFor();
    for (const column of ['state', 'country', 'latitude', 'longitude'])
      await page.getByRole('checkbox', { name: `Export ${column}`, exact: true }).uncheck();
    await page.getByLabel('Mask of name').selectOption('keep-first');
    await page.getByLabel('Value of the mask of name').fill('2');
    await page.getByLabel('Value of the mask of name').blur();
    await page.getByRole('button', { name: 'All conditions' }).click();
    await page.getByLabel('Column', { exact: true }).selectOption('state');
    await page.getByLabel('Comparison').selectOption('=');
    await page.getByLabel('Value', { exact: true }).fill('TX');
    await page.getByText('CSV', { exact: true }).click();
    await page.getByRole('checkbox', { name: 'One file of any size' }).check();
    await page.getByLabel('Name of the files').fill('{table} of {date}');

    const today = new Date().toISOString().slice(0, 10);
    const file = `airports of ${today}.csv`;
    await page.getByText(file).first().waitFor();
    await page.getByText('EXPORT DATA query', { exact: true }).waitFor();
    await page.getByText('masked: name').waitFor();
    expect(await page.locator('outhaul-same-as pre').textContent()).toBe(
      `outhaul export samples.airports --format csv --columns iata,name,city --mask name=keep-first:2 --where '\`state\` = '\\''TX'\\''' --single --file-name '{table} of {date}' --server ${the().url}`,
    );

    await page.getByRole('button', { name: 'Start export' }).click();
    const expected = expectedRows();
    const count = expected.length.toLocaleString('en-US');
    await page.getByText(`Verified: ${count} rows in the files`).waitFor();

    const [name, bytes] = await savedText(page, () =>
      page.getByRole('link', { name: file, exact: true }).click(),
    );
    expect(name).toBe(file);
    const [header, ...lines] = bytes.toString().trimEnd().split('\n');
    expect(header).toBe('iata,name,city');
    expect(lines.map(cells).sort(byFirst)).toEqual(expected.sort(byFirst));

    const [zipName, zip] = await savedText(page, () =>
      page.getByRole('link', { name: 'Download all as zip' }).click(),
    );
    expect(zipName).toMatch(/^airports-.*\.zip$/);
    expect(zip.subarray(0, 2).toString()).toBe('PK');
    expect(zip.includes(bytes)).toBe(true);
    expect(zip.includes('manifest.json')).toBe(true);
    await page.context().close();
  });
}
