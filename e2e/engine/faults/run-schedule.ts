import { type ExportRecord } from '@outhaul/core';
import { type CloudView } from './cloud-view';
import { type Instance, World } from './world';
import { type Schedule } from './schedule';

const mostCalls = 400;

export interface ScheduleResult {
  readonly record: ExportRecord;
  readonly world: World;
  /** Whether a shard was really deleted. */
  readonly shardLost: boolean;
}

/** Runs one export to its end under its faults: dead instances are replaced, owners come back, time passes. */
export async function runSchedule(schedule: Schedule, cloud: CloudView): Promise<ScheduleResult> {
  const world = new World(cloud.url, cloud.keyFile, schedule);
  const crew: Instance[] = [];
  for (let count = 0; count < schedule.instances; count += 1) crew.push(await world.newInstance());
  const underWay = new Set<Promise<unknown>>();
  /** Undefined when the instance died meanwhile. */
  const attempt = async <T>(instance: Instance, work: () => Promise<T>): Promise<T | undefined> => {
    const running = work();
    const settled = running.catch(() => undefined).finally(() => underWay.delete(settled));
    underWay.add(settled);
    const result = await Promise.race([running, instance.dead]);
    return result === 'dead' ? undefined : (result as T);
  };
  const replaceDead = async () => {
    for (const [place, instance] of crew.entries())
      if (instance.isDead()) crew[place] = await world.newInstance();
  };

  const { table, ...options } = schedule.request;
  const request = { ...options, source: { type: 'table', dataset: 'faults', table } };
  const id = await started(request);
  let shardLost = false;
  let hasCancelled = false;
  for (let call = 1; call <= mostCalls; call += 1) {
    await replaceDead();
    if (world.losesShard && !shardLost) shardLost = await cloud.deleteShard(id);
    if (schedule.cancelAtCall !== undefined && call >= schedule.cancelAtCall && !hasCancelled)
      hasCancelled = await cancelled(crew[0] as Instance, id);
    const isOwnerAway = world.isOwnerExpired && world.callsWithoutOwner-- > 0;
    if (world.isOwnerExpired && !isOwnerAway) world.renewToken();
    const records = await Promise.all(
      crew.map((instance) =>
        attempt(instance, () =>
          instance.exporter.advance(id, world.isOwnerExpired ? undefined : instance.caller()),
        ).catch((error: unknown) => {
          world.story.push(`advance threw ${error}`);
          return undefined;
        }),
      ),
    );
    const record = records.find((each) => each?.outcome);
    const newest = records.reduce((a, b) => ((b?.revision ?? 0) > (a?.revision ?? 0) ? b : a));
    const step = newest?.steps.find(({ state }) => state !== 'done');
    if (step) world.phase = step.kind;
    if (record) {
      // Requests that were held arrive now; then nothing of this schedule is under way.
      await Promise.all([...underWay]);
      world.end();
      return { record, world, shardLost };
    }
    if (records.every((each) => each?.steps.some(({ notBefore }) => notBefore)))
      world.passTime(60_000);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`export ${id} did not end:\n${world.story.join('\n')}`);

  /** Whoever does not hear an answer asks again with the same key. */
  async function started(body: object): Promise<string> {
    const idempotencyKey = `schedule-${schedule.seed}-${Date.now()}`;
    for (let tries = 0; tries < 20; tries += 1) {
      await replaceDead();
      const [instance] = crew as [Instance];
      if (world.isOwnerExpired) world.renewToken();
      const record = await attempt(instance, () =>
        instance.exporter.start(instance.caller(), body, { idempotencyKey }),
      ).catch((error: unknown) => {
        world.story.push(`start threw ${error}`);
        return undefined;
      });
      if (record) {
        world.phase = record.steps[0]?.kind ?? 'start';
        return record.id;
      }
    }
    throw new Error(`it could not be started:\n${world.story.join('\n')}`);
  }

  async function cancelled(instance: Instance, exportId: string): Promise<boolean> {
    try {
      return (
        (await attempt(instance, () => instance.exporter.cancel(instance.caller(), exportId))) !==
        undefined
      );
    } catch (error) {
      world.story.push(`cancel threw ${error}`);
      return (error as { code?: string }).code === 'state-conflict';
    }
  }
}
