import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { airportsExport, airportsSet } from '../support/api-routes.js';
import { type Person } from '../support/person.js';
import { WholeSystem } from '../support/whole-system.js';
import { arbitraryOf, aText, type JsonSchema } from './schema-arbitrary.js';

interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<
    Record<string, { readonly content?: Record<string, { schema: JsonSchema }> }>
  >;
}
interface Fuzzed {
  readonly operation: Operation;
  readonly method: string;
  readonly url: string;
  readonly body?: string;
  readonly headers: Record<string, string>;
}

const requests = 2_000;
const atOnce = 12;
const seed = 20_261_125;

const document = JSON.parse(
  readFileSync(join(__dirname, '../../apps/api/openapi.json'), 'utf8'),
) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema> };
};
const definitions = document.components.schemas;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

let system: WholeSystem;
let people: Person[];
const realIds: string[] = [];
beforeAll(async () => {
  system = await WholeSystem.startEnforced({ OUTHAUL_REQUESTS_PER_MINUTE: '0' });
  people = [await system.as('exporter'), await system.as('admin'), await system.as('viewer')];
  const { id } = await people[0]!.startExport({
    source: { type: 'table', dataset: 'samples', table: 'airports' },
    format: 'csv',
  });
  await people[0]!.untilEnded(id);
  realIds.push(id);
});
afterAll(() => system?.stop());

const bodySchema = (operation: Operation): JsonSchema | undefined =>
  (operation.requestBody as { content?: Record<string, { schema: JsonSchema }> } | undefined)
    ?.content?.['application/json']?.schema;

/** A request that could go well, with one of its fields drawn: so many get past the first check. */
function aSoundBody(schema: JsonSchema, isOfSets: boolean): fc.Arbitrary<string> {
  const { properties = {} } = definitions[schema.$ref?.split('/').at(-1) ?? ''] ?? schema;
  const format = fc.constantFrom('csv', 'jsonl', 'parquet', 'avro', 'xlsx');
  const names = Object.keys(properties).filter(
    (name) => !['source', 'format', 'tables', 'options', 'dataset'].includes(name),
  );
  const field = fc
    .constantFrom(...names)
    .chain((name) =>
      arbitraryOf(properties[name] ?? {}, definitions).map((value) => [name, value]),
    );
  return fc
    .tuple(format, fc.option(field, { nil: undefined }))
    .map(([wanted, drawn]) => ({
      ...(isOfSets
        ? { ...airportsSet, options: { format: wanted } }
        : { ...airportsExport, format: wanted }),
      ...(drawn ? Object.fromEntries([drawn]) : {}),
    }))
    .map((body) => JSON.stringify(body));
}

function aRequestFor({
  path,
  method,
  operation,
}: (typeof operations)[number]): fc.Arbitrary<Fuzzed> {
  const parameters = operation.parameters ?? [];
  const values = fc.record(
    Object.fromEntries(
      parameters.map((parameter) => [
        parameter.name,
        fc.option(
          parameter.name === 'id'
            ? fc.oneof(fc.constantFrom('x0000000000000000000', 'REAL'), aText)
            : arbitraryOf(parameter.schema, definitions),
          { nil: undefined, freq: parameter.in === 'path' ? 1_000 : 2 },
        ),
      ]),
    ),
  );
  const schema = bodySchema(operation);
  const body = schema
    ? fc.oneof(
        {
          weight: 8,
          arbitrary: arbitraryOf(schema, definitions).map((value) => JSON.stringify(value)),
        },
        { weight: 4, arbitrary: aSoundBody(schema, path.includes('/export-sets')) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            '',
            '{',
            '{"a":1,"a":2}',
            '['.repeat(2_000),
            '"',
            '\u0000',
            '1e400',
          ),
        },
      )
    : fc.constant(undefined);
  return fc.record({ values, body }).map(({ values: given, body: text }) => {
    const textOf = (value: unknown) =>
      Buffer.from(typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toString();
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(textOf(given[name] ?? 'x') || 'x'),
    );
    const query = new URLSearchParams(
      parameters
        .filter((parameter) => parameter.in === 'query' && given[parameter.name] !== undefined)
        .map(({ name }) => [name, textOf(given[name])]),
    );
    const key = parameters.some((parameter) => parameter.in === 'header')
      ? textOf(given['Idempotency-Key'] ?? '').replace(/[^\x20-\x7e]/g, '')
      : '';
    return {
      operation,
      method: method.toUpperCase(),
      url: `${filled}${query.size > 0 ? `?${query}` : ''}`,
      body: text,
      headers: { 'Content-Type': 'application/json', ...(key ? { 'Idempotency-Key': key } : {}) },
    };
  });
}

/** Draws the requests once and for all: the same seed, the same requests. */
function drawn(): Fuzzed[] {
  const each = Math.ceil(requests / operations.length);
  return operations.flatMap((operation) =>
    fc.sample(aRequestFor(operation), { numRuns: each, seed }),
  );
}

it(`answers ${requests} fuzzed requests as its description says, and never with 5xx`, async () => {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: false });
  ajv.addSchema(document, 'api');
  const checks = new Map<string, ValidateFunction>();
  const checkOf = (schema: JsonSchema): ValidateFunction => {
    const key = JSON.stringify(schema);
    const check =
      checks.get(key) ?? ajv.compile(schema.$ref ? { $ref: `api${schema.$ref}` } : { ...schema });
    checks.set(key, check);
    return check;
  };
  const faults: string[] = [];
  const statuses: Record<number, number> = {};

  async function send(fuzzed: Fuzzed, index: number): Promise<void> {
    const person = people[index % people.length]!;
    const abort = new AbortController();
    const url = fuzzed.url.replace('REAL', realIds[0] ?? '');
    const answer = await person.fetch(url, { ...fuzzed, signal: abort.signal });
    const { status } = answer;
    const what = `${fuzzed.method} ${fuzzed.url.slice(0, 300)} ${fuzzed.body?.slice(0, 500) ?? ''} → ${status}`;
    statuses[status] = (statuses[status] ?? 0) + 1;
    const [type = ''] = (answer.headers.get('content-type') ?? '').split(';');
    const documented = fuzzed.operation.responses[status] ?? fuzzed.operation.responses['default'];
    if (status >= 500) faults.push(`${what}: 5xx ${await answer.text()}`);
    else if (type === 'text/event-stream') abort.abort();
    else if (status >= 400 && type !== 'application/problem+json') faults.push(`${what}: ${type}`);
    else if (type !== '') {
      const schema = documented?.content?.[type]?.schema;
      const body: unknown = type.endsWith('json') ? await answer.json() : await answer.text();
      if (!schema) faults.push(`${what}: ${type} is not documented`);
      else if (!checkOf(schema)(body))
        faults.push(`${what}: ${ajv.errorsText(checkOf(schema).errors)}`);
    }
  }

  const queue = drawn();
  expect(queue.length).toBeGreaterThanOrEqual(requests);
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < queue.length; index = next++) await send(queue[index]!, index);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  expect(faults).toEqual([]);
  // Many got past the first check, otherwise this would say little.
  expect(statuses[200] ?? 0).toBeGreaterThan(requests / 20);
  expect(statuses[202] ?? 0).toBeGreaterThan(10);
  // Each kind of route was asked, and some began what they were asked for.
  expect(
    Object.keys(statuses).filter((status) => ['202', '400', '403', '404'].includes(status)),
  ).toHaveLength(4);
  expect((await fetch(`${system.url}/healthz`)).status).toBe(200);
}, 180_000);
