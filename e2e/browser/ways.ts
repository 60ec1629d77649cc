import { type Page } from 'playwright-core';
import { type ConsoleUnderTest } from './console-under-test.js';

/** Keyboard, addresses, phones and bad networks. */
export function describeWays(the: () => ConsoleUnderTest): void {
  let page: Page;
  beforeAll(async () => {
    page = await the().pageOf('exporter');
  });
  afterAll(() => page?.context().close());

  it('finds a table of any dataset with the palette, by keyboard alone', async () => {
    await page.goto(`${the().url}/exports`);
    await page.getByRole('heading', { name: 'Exports' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Find' }).waitFor();
    await page.keyboard.type('by_day');
    await page.getByRole('option', { name: 'orders_by_day' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'orders_by_day' }).waitFor();
  });

  it('shows its keys, and goes to pages by them', async () => {
    await page.goto(`${the().url}/exports`);
    await page.getByRole('heading', { name: 'Exports' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Keys' }).waitFor({ state: 'hidden' });
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.waitForURL(/\/catalog/);
    await page.getByRole('link', { name: 'samples', exact: true }).click();
    await page.getByRole('link', { name: 'movies' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const second = page.locator('li[aria-posinset="2"] a:focus');
    const address = await second.getAttribute('href');
    await page.keyboard.press('Enter');
    await page.waitForURL(the().url + address);
  });

  it('shows nested columns, and the partitions of a table, each at an address of its own', async () => {
    await page.goto(`${the().url}/catalog/samples/orders?tab=schema`);
    await page.getByRole('cell', { name: 'E-mail address.' }).waitFor();
    await page.getByRole('button', { name: 'customer' }).click();
    await page.getByRole('cell', { name: 'E-mail address.' }).waitFor({ state: 'detached' });
    await page.goto(`${the().url}/catalog/samples/orders_by_day?tab=partitions`);
    await page.getByText('120 partitions; the newest is 20260430.').waitFor();
    await page.getByRole('link', { name: 'Export partition 20260430' }).click();
    await page.getByText('You hold every permission').waitFor();
    expect(await page.getByLabel('Partition', { exact: true }).inputValue()).toBe('20260430');
    // The samples were made a moment ago: a partition that changed so lately is read by a query, at one instant.
    await page.getByText('The partition changed a short while ago').waitFor();
  });

  it('tries a query as one types, completes names, and marks what is wrong', async () => {
    await page.goto(`${the().url}/compose?table=samples.airports`);
    await page.getByText('You hold every permission').waitFor();
    await page.getByRole('button', { name: 'Query' }).click();
    const editor = page.getByRole('textbox', { name: 'Query' });
    await page.locator('.cm-content').waitFor();
    await editor.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('SELECT nowhere FROM `samples.airports`');
    await page.keyboard.press('Escape');
    await page.locator('.cm-lintRange-error').waitFor();
    await page.getByRole('alert').first().waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('SELECT state, COUNT(*) AS airports FROM samples.airp');
    await page.getByRole('option', { name: 'samples.airports' }).waitFor();
    // The list takes no key in the first moment that it is open, lest one that was meant for the text picks from it.
    await page.waitForTimeout(250);
    await page.keyboard.press('Enter');
    await page.keyboard.type(' GROUP BY state');
    await page.keyboard.press('Escape');
    await page.getByText('EXPORT DATA query', { exact: true }).waitFor();
    await page.locator('.cm-lintRange-error').waitFor({ state: 'detached' });
  });

  it('orders and limits rows by columns that are picked', async () => {
    await page.goto(`${the().url}/compose?table=samples.weather`);
    await page.getByText('You hold every permission').waitFor();
    await page.getByText('Order, sample, limit').click();
    await page.getByRole('button', { name: 'Order by a column' }).click();
    await page.getByLabel('Order by', { exact: true }).selectOption('temp_max');
    await page.getByLabel('Direction').selectOption('Largest first');
    await page.getByRole('button', { name: 'Then by another' }).click();
    expect(await page.getByLabel('Order by', { exact: true }).nth(1).inputValue()).toBe('location');
    await page.getByRole('button', { name: 'Do not order by this column' }).nth(1).click();
    await page.getByLabel('At most so many rows').fill('3');
    await page.getByLabel('At most so many rows').blur();
    await page
      .locator('outhaul-same-as pre', { hasText: '--order-by temp_max:desc --limit 3' })
      .waitFor();
    await page.getByText('EXPORT DATA query', { exact: true }).waitFor();
    await page.getByText('You hold every permission').waitFor();
    await page.getByRole('button', { name: 'Start export' }).click();
    await page.getByText('Verified: 3 rows in the files').waitFor();
  });

  it('hands a composed export on by a link', async () => {
    await page.goto(`${the().url}/compose?table=samples.airports`);
    await page.getByText('You hold every permission').waitFor();
    await page.getByLabel('Name of city in the files').fill('town');
    await page.getByLabel('Name of city in the files').blur();
    await page.getByRole('button', { name: 'Move city (arrow keys)' }).focus();
    for (const place of [1, 0]) {
      await page.keyboard.press('ArrowUp');
      await page.locator(`.row:nth-child(${place + 1}) .handle:focus`).waitFor();
    }
    await page.getByRole('button', { name: 'Copy a link to this export as composed' }).click();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    const other = await the().pageOf('admin');
    await other.goto(link);
    await other.getByText('You hold every permission').waitFor();
    expect(await other.getByLabel('Name of city in the files').inputValue()).toBe('town');
    expect(await other.locator('outhaul-columns-form .name').first().textContent()).toContain(
      'city',
    );
    await other.context().close();
  });

  it('works at a phone’s width, without scrolling sideways', async () => {
    const phone = await the().pageOf('exporter', { width: 360, height: 740 });
    const isNarrow = () =>
      phone.evaluate(() => document.querySelector('main')?.scrollWidth ?? 0).then((w) => w <= 360);
    await phone.goto(`${the().url}/catalog/samples`);
    await phone.getByRole('link', { name: 'earthquakes' }).click();
    await phone.getByRole('heading', { name: 'earthquakes' }).waitFor();
    expect(await isNarrow()).toBe(true);
    await phone.getByRole('link', { name: 'Export', exact: true }).click();
    await phone.getByText('You hold every permission').waitFor();
    expect(await isNarrow()).toBe(true);
    await phone.getByRole('button', { name: 'Start export' }).click();
    await phone.getByText('Verified: ').waitFor();
    expect(await isNarrow()).toBe(true);
    await phone.context().close();
  });

  it('says when the browser is offline, and goes on', async () => {
    await page.goto(`${the().url}/exports`);
    await page.getByRole('heading', { name: 'Exports' }).waitFor();
    await page.context().setOffline(true);
    await page.getByText('You are offline.').waitFor();
    await page.context().setOffline(false);
    await page.getByText('You are offline.').waitFor({ state: 'detached' });
  });

  it('tells what is wrong with an address', async () => {
    await page.goto(`${the().url}/catalog/samples/nothing`);
    await page
      .getByText('Table outhaul-local.samples.nothing does not exist, or you may not see it.')
      .first()
      .waitFor();
    await page.goto(`${the().url}/nowhere/at/all`);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  });
}
