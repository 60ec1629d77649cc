import { type ServerResponse } from 'node:http';

/** Runs `work` when the connection of a response has closed, at once when that has happened already: `close` comes once. */
export function whenClosed(response: ServerResponse, work: () => void): void {
  if (response.destroyed || response.closed) work();
  else response.once('close', work);
}
