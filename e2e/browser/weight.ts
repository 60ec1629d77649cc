import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type ConsoleUnderTest } from './console-under-test.js';

const limitBytes = 200_000;

/** What a first visit costs. */
export function describeWeight(the: () => ConsoleUnderTest): void {
  it('loads the first page in at most 200 kB, all of it, compressed', async () => {
    const page = await the().pageOf('exporter');
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    const received: number[] = [];
    session.on('Network.loadingFinished', ({ encodedDataLength }) =>
      received.push(encodedDataLength),
    );
    await page.goto(`${the().url}/catalog/samples`);
    await page.getByRole('link', { name: 'orders_by_day' }).waitFor();
    await page.waitForLoadState('networkidle');
    const total = received.reduce((sum, bytes) => sum + bytes, 0);
    expect(received.length).toBeGreaterThan(5);
    expect(total).toBeLessThanOrEqual(limitBytes);
    await page.context().close();
  });

  it('keeps the list of its texts fresh, each with an id', () => {
    const program = join(__dirname, '../../apps/web/i18n/extract.mjs');
    const { status, stderr } = spawnSync(process.execPath, [program, '--check'], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
  });

  it.each([
    ['br', 'br'],
    ['gzip', 'gzip'],
    ['identity', null],
  ])('serves the console’s files to who takes %s', async (accepted, encoding) => {
    const index = await fetch(the().system.url, { headers: { 'Accept-Encoding': accepted } });
    const [, script] = /src="(main-[^"]+\.js)"/.exec(await index.text()) ?? [];
    const answer = await fetch(`${the().system.url}/${script}`, {
      headers: { 'Accept-Encoding': accepted },
    });
    expect(answer.headers.get('content-encoding')).toBe(encoding);
    expect(answer.headers.get('content-type')).toMatch(/javascript/);
    expect(answer.headers.get('cache-control')).toMatch(/immutable/);
    expect(answer.headers.get('vary')).toMatch(/accept-encoding/i);
    expect(await answer.text()).toContain('Outhaul');
  });
}
