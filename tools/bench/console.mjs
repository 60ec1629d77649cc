/* global requestAnimationFrame, PerformanceObserver, document -- run in the page */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findBrowser } from '../find-browser.mjs';
import { median } from './report.mjs';

export const name = 'console';
export const title = 'The console in Chromium, headless, over the local cloud';

const root = join(import.meta.dirname, '../..');
const tableCount = 10_000;
const project = 'outhaul-local';
const flags = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];

/** A list of 10,000 tables, a preview of 100 × 100 cells, and Lighthouse’s performance score. */
export async function run(report) {
  const executablePath = findBrowser();
  const folder = mkdtempSync(join(tmpdir(), 'outhaul-bench-'));
  const ended = [];
  try {
    const { apiUrl, cloudUrl } = await startServers(folder, ended);
    await makeTables(cloudUrl);
    await makeWideTable(cloudUrl);
    const browser = await chromium.launch({ executablePath, args: flags });
    const newPage = () => browser.newPage({ viewport: { width: 1440, height: 900 } });
    await measureList(report, newPage, apiUrl);
    await measurePreview(report, newPage, apiUrl);
    await browser.close();
    measureLighthouse(report, apiUrl, folder, executablePath);
  } finally {
    for (const child of ended.reverse()) {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startServers(folder, children) {
  const start = async (file, args, env = {}) => {
    const child = spawn(process.execPath, [join(root, file), ...args], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.push(child);
    const [ready] = await once(child, 'message');
    return ready;
  };
  const data = join(folder, 'cloud');
  const cloud = await start('dist/libs/local-cloud/main.mjs', ['--port', '0', '--data', data]);
  const api = await start('dist/apps/api/main.mjs', [], {
    PORT: '0',
    OUTHAUL_AUTH: 'service-account',
    OUTHAUL_PROJECT: project,
    OUTHAUL_FILES_BUCKETS: 'outhaul-local-files',
    OUTHAUL_RECORDS_BUCKET: 'outhaul-local-records',
    OUTHAUL_BIGQUERY_ENDPOINT: cloud.url,
    OUTHAUL_STORAGE_ENDPOINT: cloud.url,
    OUTHAUL_CREDENTIALS_FILE: join(data, 'service-account.json'),
    OUTHAUL_CONSOLE_DIR: join(root, 'dist/apps/web/browser'),
    OUTHAUL_LOG_LEVEL: 'error',
  });
  return { cloudUrl: cloud.url, apiUrl: `http://127.0.0.1:${api.port}` };
}

async function makeTables(cloudUrl) {
  const datasets = `${cloudUrl}/bigquery/v2/projects/${project}/datasets`;
  await post(datasets, { datasetReference: { projectId: project, datasetId: 'many' } });
  const numbers = Array.from({ length: tableCount }, (_, index) => index).values();
  const makeSome = async () => {
    for (const number of numbers) {
      const tableId = `table_${String(number).padStart(5, '0')}_of_department_${number % 97}`;
      await post(`${datasets}/many/tables`, {
        tableReference: { projectId: project, datasetId: 'many', tableId },
        schema: { fields: [{ name: 'x', type: 'STRING' }] },
      });
    }
  };
  await Promise.all(Array.from({ length: 16 }, makeSome));
}

async function makeWideTable(cloudUrl) {
  const numbers = Array.from({ length: 100 }, (_, index) => index);
  const lines = numbers.map((row) => numbers.map((column) => `value ${row} ${column}`).join(','));
  const csv = [numbers.map((column) => `column_${column}`).join(','), ...lines].join('\n');
  const answer = await fetch(`${cloudUrl}/_local/load?name=wide.csv&table=many.wide`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: csv,
  });
  if (!answer.ok) throw new Error(await answer.text());
}

async function post(url, body) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: 'Bearer bench' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
}

async function measureList(report, newPage, apiUrl) {
  const paints = [];
  for (let round = 0; round < 5; round += 1) {
    const page = await newPage();
    await page.goto(`${apiUrl}/catalog/many`);
    await page.locator('outhaul-table-row').first().waitFor();
    paints.push(
      await page.evaluate(
        () =>
          new Promise((resolve) =>
            requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))),
          ),
      ),
    );
    await page.close();
  }
  report.limit('10,000 tables: rows on the screen', paints, 1_000, 'ms');

  const page = await newPage();
  await page.goto(`${apiUrl}/catalog/many`);
  await page.getByText(`10,001 tables`).waitFor();
  await page.evaluate(() => {
    globalThis.slowest = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        if (entry.name === 'keydown' || entry.name === 'input')
          globalThis.slowest.push(entry.duration);
    }).observe({ type: 'event', durationThreshold: 16, buffered: true });
  });
  await page.getByRole('searchbox').focus();
  const text = 'department_9 table_04';
  await page.keyboard.type(text, { delay: 120 });
  for (let index = 0; index < text.length; index += 1)
    await page.keyboard.press('Backspace', { delay: 60 });
  await page.waitForTimeout(300);
  const durations = await page.evaluate(() => globalThis.slowest);
  // The browser reports only what took 16 ms or more, in steps of 8 ms, until the next paint.
  report.limit('10,000 tables: slowest key in the search', [Math.max(16, ...durations)], 50, 'ms');
  report.note('keys of 42 that took 16 ms or more', durations.length, '');
  await page.close();
}

async function measurePreview(report, newPage, apiUrl) {
  const page = await newPage();
  await page.goto(`${apiUrl}/catalog/many/wide`);
  await page.getByRole('cell', { name: 'value 0 0', exact: true }).waitFor();
  const scroll = () =>
    page.evaluate(
      () =>
        new Promise((resolve) => {
          const area = document.querySelector('outhaul-preview-grid .area');
          const times = [];
          const frames = 180;
          const step = (now) => {
            times.push(now);
            const part = times.length / frames;
            area.scrollTop = part * (area.scrollHeight - area.clientHeight);
            area.scrollLeft = part * (area.scrollWidth - area.clientWidth);
            if (times.length <= frames) requestAnimationFrame(step);
            else resolve(times.slice(1).map((time, index) => time - times[index]));
          };
          requestAnimationFrame(step);
        }),
    );
  const idle = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const times = [];
        const step = (now) => {
          times.push(now);
          if (times.length <= 120) requestAnimationFrame(step);
          else resolve((times.at(-1) - times[0]) / (times.length - 1));
        };
        requestAnimationFrame(step);
      }),
  );
  await scroll();
  const spans = await scroll();
  // Frames in which nothing was drawn would be quick too.
  await page.getByRole('cell', { name: 'value 99 99', exact: true }).waitFor();
  const mean = spans.reduce((sum, span) => sum + span, 0) / spans.length;
  report.rival(
    '100 × 100 preview: a frame while scrolling',
    mean,
    'an idle page',
    idle,
    'ms',
    1.05,
  );
  report.note('frames a second', 1_000 / mean, '');
  report.note('slowest frame of 180', Math.max(...spans), 'ms');
  await page.close();
}

function measureLighthouse(report, apiUrl, folder, executablePath) {
  const scores = [];
  for (let round = 0; round < 3; round += 1) {
    const output = join(folder, `lighthouse-${round}.json`);
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        join(root, 'node_modules/lighthouse/cli/index.js'),
        `${apiUrl}/catalog/samples`,
        '--preset=desktop',
        '--quiet',
        '--no-enable-error-reporting',
        '--only-categories=performance',
        '--output=json',
        `--output-path=${output}`,
        '--chrome-flags=--headless --no-sandbox --disable-gpu --disable-dev-shm-usage',
      ],
      { encoding: 'utf8', env: { ...process.env, CHROME_PATH: executablePath } },
    );
    if (status !== 0) throw new Error(`Lighthouse ended with ${status}: ${stderr}`);
    const { categories } = JSON.parse(readFileSync(output, 'utf8'));
    scores.push(Math.round(categories.performance.score * 100));
  }
  report.note('Lighthouse performance (desktop), of 100', median(scores), '');
  report.limit('Lighthouse: points below 100', [100 - median(scores)], 5, '');
}
