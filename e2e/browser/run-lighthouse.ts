import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { executablePath } from './console-under-test.js';

const program = join(__dirname, '../../node_modules/lighthouse/cli/index.js');

export interface LighthouseRun {
  readonly url: string;
  readonly token: string;
  readonly folder: string;
}

interface Report {
  readonly categories: Record<string, { readonly score: number }>;
  readonly audits: Record<string, { readonly score: number | null; readonly title: string }>;
}

/** Scores of a page, of 100 each, and what took points away; Lighthouse runs as its own process with its own browser. */
export async function runLighthouse(
  { url, token, folder }: LighthouseRun,
  categories: readonly string[],
): Promise<{ scores: Record<string, number>; lost: string[] }> {
  const output = join(folder, `lighthouse-${Date.now()}.json`);
  const child = spawn(
    process.execPath,
    [
      program,
      url,
      '--preset=desktop',
      '--quiet',
      '--no-enable-error-reporting',
      '--output=json',
      `--output-path=${output}`,
      `--only-categories=${categories.join(',')}`,
      `--extra-headers=${JSON.stringify({ Authorization: `Bearer ${token}` })}`,
      '--chrome-flags=--headless --no-sandbox --disable-gpu --disable-dev-shm-usage',
    ],
    { env: { ...process.env, CHROME_PATH: executablePath() }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`Lighthouse ended with ${code}: ${said}`);
  const report = JSON.parse(readFileSync(output, 'utf8')) as Report;
  return {
    scores: Object.fromEntries(
      Object.entries(report.categories).map(([name, { score }]) => [name, Math.round(score * 100)]),
    ),
    lost: Object.values(report.audits)
      .filter(({ score }) => score !== null && score < 1)
      .map(({ title }) => title),
  };
}
