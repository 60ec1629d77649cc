import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { callerAuth } from './credentials.js';
import { GoogleTaskQueue } from './google-task-queue.js';

let google: Server;
let asked: { task: Record<string, unknown> };
beforeAll(async () => {
  google = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    request.on('end', () => {
      asked = JSON.parse(text) as typeof asked;
      response.setHeader('Content-Type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => google.listen(0, '127.0.0.1', resolve));
});
afterAll(() => void google.close());

it('gives a call as long as Cloud Tasks waits, so that a long step is not done twice', async () => {
  const queue = 'projects/p/locations/l/queues/q';
  const endpoint = `http://127.0.0.1:${(google.address() as AddressInfo).port}`;
  const target = { url: 'https://worker.example/', audience: 'worker', account: 'a@example.com' };
  await new GoogleTaskQueue(callerAuth('token'), queue, endpoint).add(target, {});
  expect(asked.task).toMatchObject({ dispatchDeadline: '1800s' });
});
