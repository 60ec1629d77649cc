import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { getJson } from './get-json.js';

let server: Server;
const serve = async (answer: RequestListener): Promise<string> => {
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
};
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

it('sends the headers, and reads what comes in many pieces', async () => {
  const url = await serve((request, response) => {
    response.write('{"token":"ü');
    setTimeout(() => response.end(`${request.headers.authorization}"}`), 10);
  });
  const { data, response } = await getJson(url, { Authorization: 'Bearer t' });
  expect([data, response.ok]).toEqual([{ token: 'üBearer t' }, true]);
});

it.each([
  ['a problem document', '{"code":"c"}', { code: 'c' }],
  ['a page', '<p>Bad gateway', '<p>Bad gateway'],
])('gives a refusal with %s', async (_what, body, error) => {
  const url = await serve((_request, response) =>
    response.writeHead(502, { 'X-Request-Id': 'r1' }).end(body),
  );
  const answer = await getJson(url);
  expect(answer).toMatchObject({ error, response: { ok: false, status: 502 } });
  expect(answer.response.headers.get('x-request-id')).toBe('r1');
  expect(answer.response.headers.get('x-other')).toBeNull();
});

it('fails when an answer is cut off', async () => {
  const url = await serve((request, response) => {
    response.writeHead(200, { 'Content-Length': 100 });
    response.write('{"files":[]}', () => request.socket.destroy());
  });
  await expect(getJson(url)).rejects.toMatchObject({ code: 'ECONNRESET' });
});
