import { type Area } from '../probe.js';
import { told } from '../told.js';
import { type World } from '../world.js';

const queue = 'libs/google/src/google-task-queue.ts';
const create =
  'https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks/create';
/** Long after the run: no task of the kit is ever delivered. */
const later = (): string => new Date(Date.now() + 24 * 3_600_000).toISOString();

const add = (world: World, name: string, rest: object = {}) =>
  world.me.call(`${world.config.endpoints.tasks}/v2/${world.options.queue}/tasks`, {
    json: {
      task: {
        name: `${world.options.queue}/tasks/${name}`,
        scheduleTime: later(),
        httpRequest: { url: world.config.endpoints.taskTarget, httpMethod: 'POST' },
        ...rest,
      },
    },
  });
const remove = (world: World, name: string) =>
  world.me.call(`${world.config.endpoints.tasks}/v2/${world.options.queue}/tasks/${name}`, {
    method: 'DELETE',
  });
const named = (world: World): string =>
  `outhaul-conformance-${world.scratch.runId}-${world.name('t')}`;

/** Cloud Tasks, which calls the worker. */
export const tasks: Area = {
  name: 'tasks',
  title: 'Cloud Tasks: named once, delivered later',
  probes: [
    {
      id: 'tasks.same-name',
      question: 'Is a second task of the same name refused as existing?',
      why: 'A step that is handed on twice is delivered once.',
      where: queue,
      source: create,
      expected: ['refused'],
      needs: ['queue'],
      async ask(world) {
        const name = named(world);
        (await add(world, name)).orThrow();
        try {
          return told(await add(world, name), 'works', /409/);
        } finally {
          await remove(world, name);
        }
      },
    },
    {
      id: 'tasks.deadline',
      question: 'May a delivery take half an hour at most (dispatchDeadline)?',
      why: 'Steps of the worker that take long are given more time than the usual ten minutes.',
      where: queue,
      source: create,
      expected: ['1800s: works, 1801s: refused'],
      needs: ['queue'],
      async ask(world) {
        const tried = [];
        for (const dispatchDeadline of ['1800s', '1801s']) {
          const name = named(world);
          const answer = await add(world, name, { dispatchDeadline });
          tried.push(`${dispatchDeadline}: ${told(answer, 'works').answer}`);
          if (answer.ok) await remove(world, name);
        }
        return { answer: tried.join(', ') };
      },
    },
    {
      id: 'tasks.name-after-delete',
      question: 'Is the name of a deleted task refused for a while?',
      why: 'Names of tasks hold a counter, so that none is wanted twice.',
      where: queue,
      source: create,
      expected: ['refused', 'works'],
      needs: ['queue'],
      async ask(world) {
        const name = named(world);
        (await add(world, name)).orThrow();
        (await remove(world, name)).orThrow();
        const again = await add(world, name);
        if (again.ok) await remove(world, name);
        return told(again, 'works', /409/);
      },
    },
  ],
};
