import { request } from 'node:http';
import { aRequest } from '@outhaul/core/testing';
import { serveBench, type ServedBench } from '../../testing/serve-bench.js';

let served: ServedBench;
beforeEach(async () => {
  served = await serveBench();
});
afterEach(() => served.close());

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const lineOf = async (event: string) => {
  for (let tries = 0; tries < 200; tries += 1) {
    const found = served.lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .find((line) => line['event'] === event);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`no line with event ${event} was written`);
};

it('carries the caller’s request id and trace to the answer, the log, the record and the job’s labels', async () => {
  const answer = await fetch(`${served.url}/api/v1/export`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-Request-Id': 'my-request',
      traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
    },
    body: JSON.stringify(aRequest()),
  });
  const { id } = (await answer.json()) as { id: string };
  expect(answer.headers.get('x-request-id')).toBe('my-request');
  expect(answer.headers.get('traceparent')).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
  expect(await lineOf('request')).toMatchObject({
    severity: 'INFO',
    requestId: 'my-request',
    route: '/api/v1/export',
    'logging.googleapis.com/trace': `projects/demo-project/traces/${traceId}`,
    'logging.googleapis.com/labels': { service: 'outhaul-test', event: 'request' },
    httpRequest: { requestMethod: 'POST', status: 202 },
  });
  const record = (await served.bench.records.read(id)).value;
  expect(record.traceId).toBe(traceId);
  await served.bench.exporter.advance(id, served.bench.owner);
  expect([...served.bench.warehouse.jobs.values()].map(({ spec }) => spec.labels)).toContainEqual({
    outhaul: 'export',
    'outhaul-export': id,
    'outhaul-trace': traceId,
  });
});

it('begins a trace and an id of its own when those given are not well formed', async () => {
  const answer = await fetch(`${served.url}/healthz`, {
    headers: { 'X-Request-Id': 'no spaces please', traceparent: '00-nonsense' },
  });
  expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(answer.headers.get('traceparent')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
});

it('counts answers and refusals for Prometheus, by the route’s pattern', async () => {
  await fetch(`${served.url}/api/v1/status/x0000000000000000000`);
  await fetch(`${served.url}/api/v1/me`, { headers: { Authorization: 'Bearer nobody' } });
  await lineOf('request');
  await new Promise((resolve) => setTimeout(resolve, 50));
  const text = await served.telemetry.metrics.asPrometheusText();
  expect(text).toContain(
    'http_server_request_duration_seconds_count{method="GET",route="/api/v1/status/:id",status="404"} 1',
  );
  expect(text).toMatch(/^outhaul_requests_in_flight 0$/m);
  expect(text).toContain('outhaul_auth_denials_total{code="unauthenticated"} 1');
  expect(text).not.toContain('x0000000000000000000');
});

it('counts a request as in flight until its connection is done with it', async () => {
  const inFlight = async () =>
    /^outhaul_requests_in_flight (\d+)$/m.exec(
      await served.telemetry.metrics.asPrometheusText(),
    )?.[1];
  const until = async (count: string) => {
    for (let tries = 0; (await inFlight()) !== count && tries < 200; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 5));
    return inFlight();
  };
  // Its body never comes.
  const waiting = request(`${served.url}/api/v1/export`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Content-Length': 100 },
  }).on('error', () => undefined);
  waiting.flushHeaders();
  expect(await until('1')).toBe('1');
  waiting.destroy();
  expect(await until('0')).toBe('0');
});
