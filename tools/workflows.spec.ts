import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const folder = join(root, '.github/workflows');
const workflows = readdirSync(folder).map((name): [string, string] => [
  name,
  readFileSync(join(folder, name), 'utf8'),
]);

it.each(workflows)('%s uses actions by their commit, with the release beside it', (_name, text) => {
  const used = [...text.matchAll(/uses: (\S+)(.*)/g)]
    .map(([, action, rest]) => `${action}${rest}`)
    // Another workflow of the same commit.
    .filter((each) => !each.startsWith('./.github/workflows/'));
  expect(used.length).toBeGreaterThan(0);
  for (const each of used) expect(each).toMatch(/^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

it.each(workflows)('%s may read the repository only, unless a job says why', (_name, text) => {
  expect(text).toMatch(/^permissions:\n {2}contents: read\n/m);
  expect(text).not.toMatch(/pull_request_target|contents: write|secrets\./);
});

it('builds on base images that are pinned by digest, and runs as nobody', () => {
  const text = readFileSync(join(root, 'Dockerfile'), 'utf8');
  for (const [, image] of text.matchAll(/^FROM (\S+)/gm))
    expect(image).toMatch(/@sha256:[0-9a-f]{64}$/);
  expect(text).toMatch(/^USER 65532:65532$/m);
});

it('installs packages before it checks their signatures, which without them is an error', () => {
  for (const [, text] of workflows)
    for (const job of text.split(/^ {2}(?=[a-z]+:$)/m))
      if (job.includes('npm audit signatures'))
        expect(job).toMatch(/- run: npm ci\n[\s\S]*- run: npm audit signatures/);
});

it('refuses known vulnerabilities, and has the code analyzed', () => {
  const textOf = (file: string) => workflows.find(([name]) => name === file)?.[1] ?? '';
  expect(textOf('check.yml')).toMatch(/- run: npm audit --omit dev --audit-level high\n/);
  expect(textOf('check.yml')).toMatch(/severity: HIGH,CRITICAL\n[\s\S]*exit-code: '1'\n/);
  expect(textOf('codeql.yml')).toMatch(/language: \[javascript-typescript, actions\]\n/);
  expect(textOf('codeql.yml')).toMatch(/codeql-action\/analyze@/);
});

it('deploys nothing that has not passed the checks', () => {
  const deploy = workflows.find(([name]) => name === 'deploy.yml')?.[1] ?? '';
  expect(deploy).toMatch(/test:\n {4}uses: \.\/\.github\/workflows\/check\.yml\n/);
  expect(deploy).toMatch(/image:\n {4}needs: test\n/);
});

it('pushes each attempt under a tag of its own', () => {
  const deploy = workflows.find(([name]) => name === 'deploy.yml')?.[1] ?? '';
  expect(deploy).toContain('outhaul:${GITHUB_SHA}-${GITHUB_RUN_ATTEMPT}"');
});
