import { readFile } from 'node:fs/promises';
import { type ConsoleUnderTest } from './console-under-test.js';

/** The way of an admin who takes a grant away that nobody uses. */
export function describeAccessReview(the: () => ConsoleUnderTest): void {
  const removal =
    "gcloud storage buckets remove-iam-policy-binding 'gs://outhaul-local-files' --member='user:gone@outhaul.test' --role='roles/storage.objectUser'";

  beforeAll(async () => {
    const { token } = await the().person('admin');
    const address = `${the().system.cloudUrl}/storage/v1/b/outhaul-local-files/iam`;
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const { bindings = [] } = (await (await fetch(address, { headers })).json()) as {
      bindings?: object[];
    };
    const gone = { role: 'roles/storage.objectUser', members: ['user:gone@outhaul.test'] };
    const body = JSON.stringify({ bindings: [...bindings, gone] });
    const answer = await fetch(address, { method: 'PUT', headers, body });
    if (!answer.ok) throw new Error(await answer.text());
  });

  it('finds an unused grant, and copies the command that takes it away', async () => {
    const page = await the().pageOf('admin');
    await page.goto(`${the().url}/exports`);
    await page.getByRole('link', { name: 'Access' }).click();
    await page.getByRole('heading', { name: 'Access' }).waitFor();
    await page.getByRole('button', { name: 'Unused for 90 days' }).click();
    await page.waitForURL(/unused=yes/);
    await page.getByRole('searchbox', { name: 'Search grants' }).fill('gone objectuser');
    await page.getByText(/^1 of \d+ grants$/).waitFor();
    const row = page.getByRole('listitem');
    await row.getByText('gone@outhaul.test').waitFor();
    await row.getByText('No export yet').waitFor();
    await row.getByRole('button', { name: /gone@outhaul.test/ }).click();
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(removal);
    await page.waitForURL(/q=gone/);
    await page.reload();
    await page.getByText(/^1 of \d+ grants$/).waitFor();
    await page.context().close();
  });

  it('gives all grants as CSV', async () => {
    const page = await the().pageOf('admin');
    await page.goto(`${the().url}/access`);
    const count = await page.getByText(/^\d+ grants$/).innerText();
    const coming = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download as CSV' }).click();
    const file = await coming;
    expect(file.suggestedFilename()).toBe('outhaul-access.csv');
    const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
    expect(`${lines.length - 1} grants`).toBe(count);
    await page.context().close();
  });

  it('is not offered to an exporter, and refuses one who knows the address', async () => {
    const page = await the().pageOf('exporter');
    await page.goto(`${the().url}/access`);
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('link', { name: 'Access' }).count()).toBe(0);
    expect(await page.getByRole('listitem').filter({ hasText: 'roles/' }).count()).toBe(0);
    await page.context().close();
  });
}
