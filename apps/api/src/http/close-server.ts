import { type Server } from 'node:http';

/** Cloud Run kills a process 10 seconds after it was told to end. */
const graceMs = 8_000;
const idleCheckMs = 20;

/**
 * Takes no more connections, and ends each that is there with the answer under way: whoever asks again over an open one
 * would else keep the process for as long as they like. What is not answered after 8 seconds is cut off.
 */
export async function closeServer(server: Server): Promise<void> {
  server.prependListener('request', (_request, response) => {
    response.setHeader('Connection', 'close');
  });
  // A connection whose answer had begun before bears no such word; it ends once it is idle.
  const idle = setInterval(() => server.closeIdleConnections(), idleCheckMs);
  const late = setTimeout(() => server.closeAllConnections(), graceMs);
  await new Promise((resolve) => server.close(resolve));
  clearInterval(idle);
  clearTimeout(late);
}
