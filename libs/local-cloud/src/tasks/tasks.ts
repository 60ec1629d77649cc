import { type Route } from '../http/route.js';
import { newQueue, queueRoutes } from './queue-routes.js';
import { type DispatcherDeps, TaskDispatcher } from './task-dispatcher.js';
import { taskRoutes } from './task-routes.js';
import { TaskStore } from './task-store.js';

/** Cloud Tasks, as the local cloud serves it. */
export interface LocalTasks {
  readonly routes: readonly Route[];
  /** Begins to send what is due. */
  start(): void;
  close(): Promise<void>;
}

/** Opens queues and tasks; `firstQueue` is made when it is missing. */
export async function openTasks(
  path: string,
  firstQueue: string,
  deps: Omit<DispatcherDeps, 'store'>,
): Promise<LocalTasks> {
  const store = await TaskStore.open(path, deps.clock);
  if (!store.queues.has(firstQueue)) await store.putQueue(newQueue(firstQueue));
  const dispatcher = new TaskDispatcher({ ...deps, store });
  const context = { store, dispatcher, clock: deps.clock };
  return {
    routes: [...queueRoutes(context), ...taskRoutes(context)],
    start: () => dispatcher.start(),
    async close() {
      await dispatcher.close();
      await store.close();
    },
  };
}
