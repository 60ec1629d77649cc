import { type ConsoleUnderTest } from './console-under-test.js';

/** What each role sees, and what becomes of a session that ends. */
export function describeRoles(the: () => ConsoleUnderTest): void {
  it('lets a viewer look, and says why they may not export', async () => {
    const page = await the().pageOf('viewer');
    await page.goto(`${the().url}/catalog/samples/airports`);
    await page.getByRole('cell', { name: 'Thigpen' }).waitFor();
    expect(await page.getByRole('link', { name: 'Export', exact: true }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'New export' }).count()).toBe(0);
    await page.goto(`${the().url}/compose?table=samples.airports`);
    await page.getByRole('heading', { name: 'You may look at tables, but not export' }).waitFor();
    await page.context().close();
  });

  it('shows another person’s export to an admin only', async () => {
    const exporter = await the().person('exporter');
    const { id } = await exporter.startExport({
      source: { type: 'table', dataset: 'samples', table: 'earthquakes' },
      format: 'jsonl',
      label: 'Quakes of Emil',
    });
    await exporter.untilEnded(id);
    const admin = await the().pageOf('admin');
    await admin.goto(`${the().url}/exports`);
    await admin.getByRole('button', { name: 'Everyone’s' }).click();
    await admin.getByRole('link', { name: 'Quakes of Emil' }).click();
    await admin.getByRole('heading', { name: 'Quakes of Emil' }).waitFor();
    await admin.getByText('exporter@outhaul.test').waitFor();
    await admin.getByText('Verified:').waitFor();
    await admin.context().close();
    const viewer = await the().pageOf('viewer');
    await viewer.goto(`${the().url}/exports/${id}`);
    await viewer.getByRole('alert').waitFor();
    expect(await viewer.getByText('earthquakes').count()).toBe(0);
    await viewer.context().close();
  });

  it('keeps what was entered when the session ends, and goes on after a new sign-in', async () => {
    const page = await the().pageOf('exporter');
    await page.goto(`${the().url}/compose?table=samples.airports`);
    await page.getByText('You hold every permission').waitFor();
    await page.getByLabel('Name of iata in the files').fill('code');
    await page.getByLabel('Name of iata in the files').blur();
    await page.context().clearCookies();
    await page.getByText('Avro', { exact: true }).click();
    await page.getByText('Your session has ended.').waitFor();
    expect(await page.getByLabel('Name of iata in the files').inputValue()).toBe('code');
    await page.getByRole('link', { name: 'Sign in' }).click();
    await the().chooseUser(page, 'exporter');
    await page.getByText('You hold every permission').waitFor();
    expect(await page.getByLabel('Name of iata in the files').inputValue()).toBe('code');
    expect(await page.getByRole('radio', { name: 'Avro' }).isChecked()).toBe(true);
    await page.context().close();
  });

  it('signs out, and asks to sign in again', async () => {
    const page = await the().newPage();
    await page.goto(`${the().url}/auth/sign-in?returnTo=/catalog`);
    await the().chooseUser(page, 'viewer');
    await page.getByLabel('Your account').click();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByRole('heading', { name: 'Sign in to Outhaul' }).waitFor();
    await page.context().close();
  });

  it('says why a sign-in failed', async () => {
    const page = await the().newPage();
    await page.goto(`${the().url}/sign-in?error=stale&returnTo=/exports`);
    await page.getByText('begun in another browser, or too long ago').waitFor();
    const link = page.getByRole('link', { name: 'Sign in with your organisation' });
    expect(await link.getAttribute('href')).toBe('/auth/sign-in?returnTo=%2Fexports');
    await page.context().close();
  });
}
