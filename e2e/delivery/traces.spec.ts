import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { DeployedSystem, pause } from '../support/deployed-system.js';
import { type Attribute, readOtlp, type Span } from '../support/read-otlp.js';

/** A collector that keeps what it is sent. */
const received: { readonly service: string; readonly span: Span }[] = [];
const headers: IncomingHttpHeaders[] = [];
let collector: Server;
let system: DeployedSystem;

const textOf = (attributes: readonly Attribute[], key: string) =>
  attributes.find((each) => each.key === key)?.value;

beforeAll(async () => {
  collector = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      headers.push(request.headers);
      for (const { resource, scopeSpans } of readOtlp(Buffer.concat(pieces)).resourceSpans) {
        const service = textOf(resource.attributes, 'service.name')?.stringValue ?? '';
        for (const span of scopeSpans.flatMap(({ spans }) => spans))
          received.push({ service, span });
      }
      response.setHeader('Content-Type', 'application/x-protobuf').end();
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  system = await DeployedSystem.start(
    { OUTHAUL_TRACES_URL: `http://127.0.0.1:${port}/v1/traces` },
    // A job waits long enough that it still runs when the caller has their answer.
    ['--job-delay-ms', '1000'],
  );
}, 120_000);
afterAll(async () => {
  await system?.stop();
  collector?.close();
});

it('sends a collector the spans of both services, under the trace that the caller began', async () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const from = BigInt(Date.now()) * 1_000_000n;
  const { id } = await system.startExport(
    { source: { type: 'table', dataset: 'samples', table: 'flights' }, format: 'parquet' },
    { traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
  );
  await system.untilEndedByItself(id);
  const ofTrace = () => received.filter(({ span }) => span.traceId === traceId);
  const services = () => new Set(ofTrace().map(({ service }) => service));
  for (let tries = 0; services().size < 2 && tries < 300; tries += 1) await pause(100);

  const [asked] = ofTrace().filter(({ service }) => service === 'outhaul-api');
  expect(asked?.span).toMatchObject({
    name: 'POST /api/v1/export',
    parentSpanId: '00f067aa0ba902b7',
    spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
    kind: 2,
  });
  expect(textOf(asked?.span.attributes ?? [], 'http.response.status_code')).toEqual({
    intValue: '202',
  });
  const [begun, ended] = [asked?.span.startTimeUnixNano, asked?.span.endTimeUnixNano].map((nanos) =>
    BigInt(nanos ?? 0),
  ) as [bigint, bigint];
  // OpenTelemetry's clock and the system's may differ by some milliseconds.
  expect(begun).toBeGreaterThan(from - 1_000_000_000n);
  expect(ended).toBeGreaterThan(begun);
  expect(services()).toEqual(new Set(['outhaul-api', 'outhaul-worker']));
  // The service's own token is for Google's collector alone.
  expect(headers.filter(({ authorization }) => authorization)).toEqual([]);
}, 120_000);
