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
  ended = false;
  end = () => {
    this.ended = true;
    this.emit('close');
  };
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

it('ends the streams of who may no longer see the export within half a minute, and of no one else', async () => {
  const { exporter, owner } = aBench();
  const record = await exporter.start(owner, aRequest());
  jest.useFakeTimers();
  const tower = new Watchtower(driver);
  const rights = { mine: true, others: true };
  const [mine, others, unsure] = [new Sent(), new Sent(), new Sent()];
  const watch = (stream: Sent, mayStill: () => Promise<boolean>) =>
    tower.watch(record, stream as unknown as Response, undefined, mayStill);
  watch(mine, async () => rights.mine);
  watch(others, async () => rights.others);
  watch(unsure, async () => Promise.reject(new Error('Google is away')));
  await jest.advanceTimersByTimeAsync(120_000);
  const before = [mine.ended, others.ended, unsure.ended];
  rights.mine = false;
  await jest.advanceTimersByTimeAsync(30_000);
  const open = tower.size;
  tower.close();
  jest.useRealTimers();
  expect(before).toEqual([false, false, false]);
  expect([mine.writes.length > 3, open]).toEqual([true, 2]);
});
