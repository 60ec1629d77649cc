import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import { type Finished, runCli } from '../support/running-process.js';
import { WholeSystem } from '../support/whole-system.js';

const root = join(__dirname, '../..');
const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8')) as object;
const commands = read('apps/cli/schemas/commands.json') as { $defs: Record<string, object> };
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema(read('apps/api/openapi.json'), 'openapi.json');
ajv.addSchema(commands, 'commands.json');

let system: WholeSystem;
let home: string;
let id = '';
/** Every command whose output has been held against its schema. */
const tried = new Set<string>();
beforeAll(async () => {
  system = await WholeSystem.start();
  home = mkdtempSync(join(tmpdir(), 'outhaul-json-'));
  ({ id } = await system.startExport({
    source: { type: 'table', dataset: 'samples', table: 'airports' },
    format: 'parquet',
  }));
  await system.untilEnded(id);
});
afterAll(async () => {
  await system?.stop();
  rmSync(home, { recursive: true, force: true });
});

const cli = (...args: string[]): Promise<Finished> =>
  runCli([...args, '--json'], {
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    OUTHAUL_SERVER: system.url,
  });

function faultsOf(name: string, line: string): unknown {
  const validate = ajv.getSchema(`commands.json#/$defs/${name}`);
  if (!validate) return `there is no schema of ${name}`;
  return validate(JSON.parse(line)) ? undefined : validate.errors;
}

it.each<[string, () => readonly string[]]>([
  ['datasets', () => ['datasets']],
  ['tables', () => ['tables', 'samples']],
  ['show', () => ['show', 'samples.orders']],
  ['preview', () => ['preview', 'samples.airports', '--rows', '3']],
  ['export', () => ['export', 'samples.airports', '-f', 'csv', '--dry-run']],
  ['export', () => ['export', 'samples.airports', '-f', 'csv']],
  ['export', () => ['export', 'samples.airports', '-f', 'csv', '--download', join(home, 'e')]],
  ['export', () => ['export', '--dataset', 'samples', '-f', 'parquet', '--dry-run']],
  [
    'export',
    () => [
      ...['export', '--dataset', 'samples', '--pattern', 'airp*', '-f', 'csv'],
      ...['--download', join(home, 'set')],
    ],
  ],
  ['exports', () => ['exports']],
  ['status', () => ['status', id]],
  ['status', () => ['status', id, '--watch']],
  ['download', () => ['download', id, join(home, 'files')]],
  ['verify', () => ['verify', join(home, 'files')]],
  ['doctor', () => ['doctor']],
  ['config', () => ['config']],
  ['whoami', () => ['whoami']],
  ['activity', () => ['activity', '--limit', '5']],
  ['audit', () => ['audit', 'verify']],
  ['logout', () => ['logout']],
  ['rm', () => ['rm', id]],
])('writes of %s what its schema says', async (name, args) => {
  const { code, stdout, stderr } = await cli(...args());
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  const lines = stdout.split('\n').filter(Boolean);
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.flatMap((line) => faultsOf(name, line) ?? [])).toEqual([]);
  tried.add(name);
});

it('writes of cancel and retry what their schemas say', async () => {
  const started = await system.startExport({
    source: { type: 'table', dataset: 'samples', table: 'flights' },
    format: 'csv',
  });
  const cancelled = await cli('cancel', started.id);
  expect([cancelled.code, faultsOf('cancel', cancelled.stdout)]).toEqual([0, undefined]);
  const retried = await cli('retry', started.id);
  expect(faultsOf('failure', retried.stderr)).toBeUndefined();
  ['cancel', 'retry'].forEach((name) => tried.add(name));
});

it.each([
  ['show', 'samples.nothing'],
  ['status', '../x'],
  ['download', 'unknown'],
  ['verify', '/nowhere'],
  ['export', 'not a table', '-f', 'csv'],
])('tells the failure of %s %s in JSON, on standard error only', async (...args) => {
  const { code, stdout, stderr } = await cli(...args);
  expect([code === 0, stdout]).toEqual([false, '']);
  expect(faultsOf('failure', stderr)).toBeUndefined();
});

it('has a schema for every command that there is', async () => {
  const { stdout } = await runCli(['--help'], {});
  const listed = [...stdout.matchAll(/^ {2}([a-z]+)\b.*/gm)].map(([, name]) => name ?? '');
  expect(listed.length).toBeGreaterThan(15);
  const withoutDocuments = ['completion', 'local', 'help'];
  const missing = listed.filter(
    (name) => !withoutDocuments.includes(name) && !Object.hasOwn(commands.$defs, name),
  );
  expect(missing).toEqual([]);
  const elsewhere = ['login', 'access', 'failure'];
  expect(
    Object.keys(commands.$defs).filter((name) => !tried.has(name) && !elsewhere.includes(name)),
  ).toEqual([]);
});
