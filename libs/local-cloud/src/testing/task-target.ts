import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo } from 'node:net';
import { readBody } from '../http/read-body.js';

export interface ReceivedTask {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly atMs: number;
}

/** A server that tasks are sent to: answers the statuses it is given, one after the other, then 200. */
export interface TaskTarget {
  readonly url: string;
  readonly received: ReceivedTask[];
  readonly statuses: number[];
  /** Headers of every answer. */
  headers: Readonly<Record<string, string>>;
  /** Resolves once so many tasks have come. */
  until(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startTaskTarget(): Promise<TaskTarget> {
  const received: ReceivedTask[] = [];
  const statuses: number[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    void readBody(request, 2_000_000).then((body) => {
      received.push({
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: body.toString(),
        atMs: performance.now(),
      });
      response.writeHead(statuses.shift() ?? 200, target.headers).end();
      for (const check of waiting) check();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const target: TaskTarget = {
    headers: {},
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    statuses,
    until: (count) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (received.length < count) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return target;
}
