import { get, type IncomingMessage } from 'node:http';
import { viewOf } from '@outhaul/core';
import { aRequest } from '@outhaul/core/testing';
import { serveBench, type ServedBench } from '../../testing/serve-bench.js';

let served: ServedBench;
beforeEach(async () => {
  served = await serveBench();
});
afterEach(() => served.close());

/** An export that nothing moves on any more. */
async function cancelled() {
  const { bench } = served;
  const { id } = await bench.exporter.start(bench.owner, aRequest());
  await bench.exporter.cancel(bench.owner, id);
  return bench.exporter.advance(id);
}

it('answers with the record as it is, and with another as soon as it is replaced', async () => {
  const { bench, url } = served;
  const { id } = await cancelled();
  const asked = async () => {
    const answer = await fetch(`${url}/api/v1/status/${id}`);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    return answer.json();
  };
  const { value, version } = await bench.records.read(id);
  expect(await asked()).toEqual(JSON.parse(JSON.stringify(viewOf(value))));
  const request = { ...value.request, label: 'another' };
  await bench.records.replace({ ...value, request }, version);
  expect(await asked()).toMatchObject({ id, label: 'another' });
});

it('says that nothing has changed to whoever has it already', async () => {
  const { id } = await cancelled();
  // Not fetch, which has every cache asked for the newest when it is given a tag.
  const statusFor = (tag: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { 'If-None-Match': tag };
      get(`${served.url}/api/v1/status/${id}`, { headers }, resolve).on('error', reject);
    });
  const { headers, statusCode } = await statusFor('W/"other"');
  expect(statusCode).toBe(200);
  expect((await statusFor(headers.etag ?? '')).statusCode).toBe(304);
});
