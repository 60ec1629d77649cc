import { type Browser, chromium, type Page } from 'playwright-core';
import { WholeSystem } from '../support/whole-system.js';

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
beforeAll(async () => {
  const executablePath = process.env['OUTHAUL_BROWSER'];
  if (!executablePath) throw new Error('OUTHAUL_BROWSER names no browser; `npm test` finds one.');
  system = await WholeSystem.start();
  browser = await chromium.launch({ executablePath, headless: true, args: flags });
});
afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

/** A page that keeps what its policy refused. */
async function openPage(path: string): Promise<{ page: Page; refused: string[] }> {
  const page = await browser.newPage();
  const refused: string[] = [];
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) refused.push(message.text());
  });
  await page.goto(system.url + path, { waitUntil: 'networkidle' });
  return { page, refused };
}

it.each(['/', '/catalog/samples/airports', '/exports', '/export/samples/airports', '/api/docs/'])(
  'shows %s as it is meant to look, under the strict policy',
  async (path) => {
    const { page, refused } = await openPage(path);
    expect(refused).toEqual([]);
    await page.close();
  },
);

it('lets the console’s own styles in, and refuses what is put into its page', async () => {
  const { page, refused } = await openPage('/');
  await page.locator('outhaul-shell').first().waitFor();
  const styles = await page.evaluate(() =>
    [...document.querySelectorAll('style')].map(({ sheet }) => sheet?.cssRules.length ?? 0),
  );
  expect(styles.length).toBeGreaterThan(0);
  expect(styles.filter((rules) => rules === 0)).toEqual([]);
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.planted = true';
    document.body.append(script);
    document.body.insertAdjacentHTML('beforeend', '<img src="x:" onerror="window.planted = true">');
  });
  await page.waitForTimeout(200);
  expect(await page.evaluate(() => 'planted' in window)).toBe(false);
  expect(refused.length).toBeGreaterThanOrEqual(2);
  await page.close();
});
