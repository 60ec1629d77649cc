import { createHash } from 'node:crypto';
import { type ExportRecord } from '@outhaul/core';
import { Engine } from './support/engine';

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start('--no-samples');
  await engine.load('shop.people', 'id,mail\n1,ada@example.com\n2,ben@other.org\n');
  await engine.load('shop.guesses', 'mail\nada@example.com\n');
});
afterAll(() => engine.stop());

const masked = (name: string) => ({ columns: [{ name, mask: { kind: 'sha256' as const } }] });
const guesses = (sql: string) => ({ source: { type: 'query' as const, sql }, ...masked('mail') });

async function maskedMails(table = 'shop.people'): Promise<string[]> {
  const record = await engine.export(table, { format: 'csv', shape: 'single', ...masked('mail') });
  expect(record.outcome).toMatchObject({ state: 'succeeded' });
  const [, name = ''] = table.split('.');
  return (await engine.read(record.id, `${name}.csv`))
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .slice(1);
}

interface ShownJob {
  readonly configuration: {
    readonly query?: {
      readonly queryParameters?: readonly { readonly parameterValue: { readonly value: string } }[];
    };
  };
}

/** What BigQuery shows of their job to who started it: the key of HMAC in its two forms. */
async function secretsInJobOf({ steps }: ExportRecord): Promise<[Buffer, Buffer]> {
  const id = steps.find(({ kind }) => kind === 'materialize')?.job?.id ?? 'none';
  const answer = await fetch(`${engine.url}/bigquery/v2/projects/outhaul-local/jobs/${id}`);
  const { configuration } = (await answer.json()) as ShownJob;
  const [first, second] = (configuration.query?.queryParameters ?? []).map(({ parameterValue }) =>
    Buffer.from(parameterValue.value, 'base64'),
  );
  if (first?.length !== 64 || second?.length !== 64) throw new Error(`no secrets in job ${id}`);
  return [first, second];
}

/** Masks a guess with what was found in a job, whichever of the two is the inner half. */
function maskOf(text: string, [first, second]: readonly [Buffer, Buffer]): string[] {
  const sha256 = (...parts: (Buffer | string)[]) =>
    parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
  return [
    sha256(second, sha256(first, text)).toString('hex'),
    sha256(first, sha256(second, text)).toString('hex'),
  ];
}

async function attack(table: string, options: object): Promise<string[]> {
  const own = await engine.export(table, { format: 'csv', ...options });
  expect(own.outcome).toMatchObject({ state: 'succeeded' });
  return maskOf('ada@example.com', await secretsInJobOf(own));
}

it.each<[string, string, object]>([
  ['another table', 'shop.guesses', masked('mail')],
  ['another column', 'shop.people', masked('id')],
  ['a query', 'shop.people', guesses("SELECT 'x' AS mail")],
])('undoes no mask of a file with the key in a job of %s', async (_what, table, options) => {
  const file = await maskedMails();
  for (const guess of await attack(table, options)) expect(file).not.toContain(guess);
});

it('tells the key of a column to who has a job that reads the column, as docs/masks.md says', async () => {
  const found = await attack('shop.people', masked('mail'));
  expect((await maskedMails()).filter((value) => found.includes(value))).toHaveLength(1);
});

it('masks a column alike in every export, and alike nowhere else', async () => {
  const first = await maskedMails();
  expect((await maskedMails()).toSorted()).toEqual(first.toSorted());
  expect(first).not.toContain((await maskedMails('shop.guesses'))[0]);
});

it.each<[string, object]>([
  ['a filter', { ...masked('mail'), filter: { expression: 'SHA256(@p0) IS NOT NULL' } }],
  ['a filter, by a quoted name', { ...masked('mail'), filter: { expression: '@ `p0` IS NULL' } }],
  ['a filter, by place', { ...masked('mail'), filter: { expression: 'SHA256(?) IS NOT NULL' } }],
  ['a query', guesses('SELECT 1 AS mail, @p0 AS k')],
])('refuses parameters in %s', async (_what, options) => {
  await expect(engine.start('shop.people', { format: 'csv', ...options })).rejects.toMatchObject({
    code: 'sql-invalid',
    message: expect.stringContaining('would be a parameter'),
  });
});
