import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { CommandFailure, exitCodes } from '../exit-codes.js';

const longestWaitMs = 5 * 60_000;
const page = `<!doctype html><meta charset="utf-8"><title>Outhaul</title>
<p>You may close this page and go on in the terminal.`;

/** Waits on a free port of the loopback for the browser to come back from the provider, once. */
export async function receiveCallback(): Promise<{
  readonly redirectUri: string;
  readonly arrival: Promise<URL>;
  close(): void;
}> {
  let arrived: (url: URL) => void = () => undefined;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', redirectUri);
    if (request.method !== 'GET' || url.pathname !== '/callback') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': "default-src 'none'",
      'Cache-Control': 'no-store',
      Connection: 'close',
    });
    response.end(page);
    arrived(url);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
  let timer: NodeJS.Timeout | undefined;
  const arrival = new Promise<URL>((resolve, reject) => {
    arrived = resolve;
    timer = setTimeout(
      () => reject(new CommandFailure(exitCodes.denied, 'Nobody signed in for five minutes.')),
      longestWaitMs,
    );
  });
  return {
    redirectUri,
    arrival,
    close() {
      clearTimeout(timer);
      server.close();
      server.closeAllConnections();
    },
  };
}
