import { EventEmitter } from 'node:events';
import { type ExportRecord } from '@outhaul/core';
import { aRequest, aBench } from '@outhaul/core/testing';
import { type Response } from 'express';
import { type Driver } from './driver.js';
import { Watchtower } from './watchtower.js';

/** What a stream has been sent, and when. */
class Sent extends EventEmitter {
  readonly writes: { readonly at: number; readonly text: string }[] = [];
  status = () => this;
  set = () => this;
  flushHeaders = () => undefined;
  end = () => undefined;
  write(text: string): boolean {
    this.writes.push({ at: Date.now(), text });
    return true;
  }
}

const driver = { onRecord: () => undefined } as unknown as Driver<ExportRecord>;

it('writes to every stream once in 15 seconds, never to many at the same moment', async () => {
  const { exporter, owner } = aBench();
  const record = await exporter.start(owner, aRequest());
  jest.useFakeTimers();
  const tower = new Watchtower(driver);
  const streams = Array.from({ length: 600 }, () => new Sent());
  for (const stream of streams) tower.watch(record, stream as unknown as Response, undefined);
  await jest.advanceTimersByTimeAsync(60_000);
  tower.close();
  jest.useRealTimers();

  const beats = streams.map(({ writes }) => writes.filter(({ text }) => text.startsWith(':')));
  expect(new Set(beats.map(({ length }) => length))).toEqual(new Set([4]));
  const perMoment = new Map<number, number>();
  for (const { at } of beats.flat()) perMoment.set(at, (perMoment.get(at) ?? 0) + 1);
  expect(Math.max(...perMoment.values())).toBe(10);
});
