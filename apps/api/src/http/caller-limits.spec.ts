import { EventEmitter, once } from 'node:events';
import { createServer, get, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { aBench, aRequest } from '@outhaul/core/testing';
import { type ExportRecord } from '@outhaul/core';
import { type Response } from 'express';
import { type Driver } from '../exports/driver.js';
import { Watchtower } from '../exports/watchtower.js';
import { CallerLimits } from './caller-limits.js';

/** Responses of real connections whose clients have hung up before anything was done with them. */
async function hungUp(count: number): Promise<Response[]> {
  const responses: ServerResponse[] = [];
  const server = createServer((_request, response) => void responses.push(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  for (let left = count; left > 0; left -= 1) {
    const request = get({ port, host: '127.0.0.1', agent: false }).on('error', () => undefined);
    await once(server, 'request');
    const closed = once(responses.at(-1) as ServerResponse, 'close');
    request.destroy();
    await closed;
  }
  await new Promise((resolve) => server.close(resolve));
  return responses as unknown as Response[];
}

it('does not count streams whose client hung up while they were being opened', async () => {
  const limits = new CallerLimits(0, 2);
  for (const response of await hungUp(5)) limits.openStream('a@example.com', response);
  const open = Object.assign(new EventEmitter(), {
    setHeader: () => undefined,
  }) as unknown as Response;
  limits.openStream('a@example.com', open);
  limits.openStream('a@example.com', open);
  expect(() => limits.openStream('a@example.com', open)).toThrow('watching 2 exports already');
});

it('forgets watchers who have gone before their stream was open', async () => {
  const { exporter, owner } = aBench();
  const record = await exporter.start(owner, aRequest());
  const tower = new Watchtower({
    onRecord: () => undefined,
  } as unknown as Driver<ExportRecord>);
  for (const response of await hungUp(3)) {
    response.status = () => response;
    response.set = () => response;
    tower.watch(record, response, undefined);
  }
  expect([tower.size, tower.isWatched(record.id)]).toEqual([0, false]);
  tower.close();
});
