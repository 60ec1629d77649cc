import { parseConfig } from './config.js';
import { runCommand } from './run-command.js';
import { useFakeService } from './testing/fake-service.js';

const { answers, written, run } = useFakeService();

const problem = (status: number, code: string, more: object = {}): [number, object] => [
  status,
  { code, detail: 'It is wrong.', status, requestId: 'r', ...more },
];

it.each<[string[], string]>([
  [['tables'], "missing required argument 'dataset'"],
  [['exprot'], "unknown command 'exprot'\n(Did you mean export?)"],
  [['datasets', '--nosuch'], "unknown option '--nosuch'"],
  [['export', 'd.t'], "required option '-f, --format <format>' not specified"],
])('tells of %j in JSON when JSON is asked for', async (args, detail) => {
  expect(await run(...args, '--json')).toBe(2);
  expect(JSON.parse(written.stderr)).toEqual({ detail });
});

it('names the help of the command that was used wrongly', async () => {
  expect(await run('tables')).toBe(2);
  expect(written.stderr).toContain('(outhaul tables --help shows what there is)');
});

it.each([
  [['status', '']],
  [['rm', '']],
  [['download', 'x1', '']],
  [['export', 'd.t', '-f', 'csv', '--download', '']],
])('takes nothing for no name: %j', async (args) => {
  expect(await run(...args)).toBe(2);
  expect(written.stderr).toContain('It is empty.');
});

it.each(['--limit', '--max-cost', '--retention-days', '--sample'])(
  'refuses what is no number for %s, by its name',
  async (flag) => {
    expect(await run('export', 'd.t', '-f', 'csv', flag, 'many')).toBe(2);
    expect(written.stderr).toContain(`'${flag} <`);
    expect(written.stderr).toMatch(/It must be a (whole )?number above zero/);
  },
);

it.each([
  [['--where', 'a = 1', '--where', 'b = 2'], '--where is given twice; it takes one value.'],
  [['--columns', 'a', '--columns=b'], '--columns is given twice; it takes one value.'],
  [['-f', 'parquet'], '--format is given twice; it takes one value.'],
  [
    ['--columns', 'a', '--mask', 'a=null', '--mask', 'a=keep-first:3'],
    '--mask names the column a twice.',
  ],
  [['--columns', 'a', '--rename', 'a=b', '--rename', 'a=c'], '--rename names the column a twice.'],
])('refuses %j, of which one would be lost', async (args, said) => {
  expect(await run('export', 'd.t', '-f', 'csv', ...args)).toBe(2);
  expect(written.stderr).toContain(said);
});

it('takes as many columns, casts and masks as there are', async () => {
  const more = ['--mask', 'a=null', '--mask', 'b=null', '--exclude', 'x', '--exclude', 'y'];
  await run('export', 'd.t', '-f', 'csv', '--columns', 'a,b', ...more);
  expect(written.stderr).not.toContain('twice');
});

it('calls by its flag what the service finds fault with', async () => {
  answers['POST /api/v1/export'] = problem(400, 'request-invalid', {
    detail: 'The request has faults: source.asOf: Invalid ISO datetime',
    faults: [{ field: 'source.asOf', message: 'Invalid ISO datetime' }],
    fix: 'Leave `source.asOf` out.',
  });
  expect(await run('export', 'd.t', '-f', 'csv', '--as-of', 'never')).toBe(2);
  expect(written.stderr).toBe(
    '✗ The request has faults: --as-of: Invalid ISO datetime\n  Leave --as-of out.\n  (request r)\n',
  );
});

describe('a name that is nearly right', () => {
  beforeEach(() => {
    const ref = (table: string) => ({ ref: { project: 'p', dataset: 'samples', table } });
    answers['GET /api/v1/datasets'] = [200, { items: [{ dataset: 'samples' }] }];
    answers['GET /api/v1/tables'] = [200, { items: [ref('flights'), ref('movies')] }];
  });

  it.each([
    ['show', 'samples.flihgts', 'samples.flights'],
    ['preview', 'sampels.movies', 'samples.movies'],
    ['show', 'sampels.movie', 'samples.movies'],
  ])('is told for %s %s: %s', async (command, name, meant) => {
    const [dataset, table] = name.split('.');
    const path = `GET /api/v1/tables/${dataset}/${table}`;
    answers[path] = answers[`${path}/preview`] = problem(404, 'table-not-found');
    expect(await run(command, name)).toBe(3);
    expect(written.stderr).toContain(`\n  Did you mean ${meant}?\n`);
  });

  it('is told for the dataset of tables, and the table of an export', async () => {
    answers['POST /api/v1/export'] = problem(404, 'table-not-found');
    expect(await run('export', 'samples.movie', '-f', 'csv')).toBe(3);
    expect(written.stderr).toContain('Did you mean samples.movies?');
    answers['GET /api/v1/tables'] = problem(404, 'dataset-not-found');
    expect(await run('tables', 'sample')).toBe(3);
    expect(written.stderr).toContain('Did you mean samples?');
  });

  it('is not the same again: that one may not be read', async () => {
    answers['GET /api/v1/tables/samples/movies/preview'] = problem(404, 'table-not-found');
    expect(await run('preview', 'samples.movies')).toBe(3);
    expect(written.stderr).toContain('It is listed, so it is there: you may not read it.');
  });

  it('is not made up of one that is far off', async () => {
    answers['GET /api/v1/tables/samples/invoices'] = problem(404, 'table-not-found');
    expect(await run('show', 'samples.invoices')).toBe(3);
    expect(written.stderr).toBe('✗ It is wrong.\n  (request r)\n');
  });
});

it('does not say that there are no exports when none is of the kind', async () => {
  answers['GET /api/v1/export'] = [200, { items: [] }];
  expect(await run('exports')).toBe(0);
  expect(written.stderr).toContain('You have no exports yet.');
  expect(await run('exports', '--state', 'failed')).toBe(0);
  expect(written.stderr).toContain('No export of that kind.');
});

it('refuses an address that is none', async () => {
  expect(await run('datasets', '--server', 'nosuch')).toBe(2);
  expect(written.stderr).toContain('nosuch is not an address.');
});

it('never tells a token that cannot be one, and takes one with a line end', async () => {
  answers['GET /api/v1/datasets'] = [200, { items: [] }];
  const config = (token: string) => parseConfig({ HOME: '/nowhere', OUTHAUL_TOKEN: token });
  expect(config('good\n').token).toBe('good');
  const args = ['datasets', '--server', 'http://127.0.0.1:1'];
  expect(await runCommand(args, config('se cret'), '1')).toBe(4);
  expect(written.stderr).toContain('OUTHAUL_TOKEN is not a token');
  expect(written.stderr).not.toContain('cret');
});

it('says in the doctor how to sign in, and when something else answers', async () => {
  answers['GET /readyz'] = [200, {}];
  answers['GET /api/v1/me'] = problem(401, 'unauthenticated');
  expect(await run('doctor')).toBe(1);
  expect(written.stdout).toContain('✗ who you are: It is wrong.\n  Sign in: outhaul login\n');
  answers['GET /readyz'] = [404, {}];
  expect(await run('doctor')).toBe(1);
  expect(written.stdout).toContain('answers, but not as Outhaul does (404)');
});

it('refuses a file where a folder is wanted before anything runs', async () => {
  expect(await run('export', 'd.t', '-f', 'csv', '--download', __filename)).toBe(1);
  expect(written.stderr).toContain('is a file, not a folder');
  expect(await run('export', 'd.t', '-f', 'csv', '--overwrite')).toBe(2);
  expect(written.stderr).toContain('--overwrite goes with --download.');
});
