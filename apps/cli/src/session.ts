import { createClient, type OuthaulClient } from '@outhaul/api-client';
import { type CliConfig } from './config.js';
import { CommandFailure, exitCodes } from './exit-codes.js';
import { Output } from './output.js';

export interface GlobalOptions {
  readonly server?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** What a command works with. */
export interface Session {
  readonly client: OuthaulClient;
  readonly server: string;
  readonly output: Output;
  readonly token: () => Promise<string | undefined>;
  readonly fetch: typeof fetch;
}

export function openSession(config: CliConfig, options: GlobalOptions): Session {
  const server = (options.server ?? config.server).replace(/\/+$/, '');
  const token = async () => config.token;
  const reach = reaching(server);
  return {
    server,
    token,
    fetch: reach,
    client: createClient({ baseUrl: server, token, fetch: reach }),
    output: new Output({
      json: options.json === true,
      quiet: options.quiet === true,
      color: process.stdout.isTTY === true && !config.noColor,
    }),
  };
}

/** A service that cannot be reached is told as such, with what to do. */
const reaching =
  (server: string): typeof fetch =>
  async (input, init) => {
    try {
      return await fetch(input, init);
    } catch (error) {
      if ((error as Error).name === 'AbortError') throw error;
      throw new CommandFailure(
        exitCodes.unreachable,
        `No Outhaul answers at ${server}.`,
        'Start one with `npm start`, or name another with --server URL or OUTHAUL_SERVER.',
      );
    }
  };
