import { createClient, type OuthaulClient } from '@outhaul/api-client';
import { type CliConfig } from './config.js';
import { type FoundToken, findToken } from './credentials/find-token.js';
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
  /** The token, and where it comes from. */
  readonly credential: () => Promise<FoundToken | undefined>;
  readonly proxy?: CliConfig['proxy'];
  readonly fetch: typeof fetch;
}

const lookAgainMs = 4 * 60_000;

export function openSession(config: CliConfig, options: GlobalOptions): Session {
  const server = (options.server ?? config.server).replace(/\/+$/, '');
  const reach = reaching(server);
  const ask = async () => {
    const { data } = await createClient({ baseUrl: server, fetch: reach }).GET(
      '/api/v1/sign-in-options',
    );
    return data;
  };
  let found: Promise<FoundToken | undefined> | undefined;
  let foundAt = 0;
  const credential = () => {
    // A command that watches for hours must not go on with a token that has ended.
    if (!found || Date.now() - foundAt > lookAgainMs) {
      foundAt = Date.now();
      found = findToken(config, server, ask);
    }
    return found;
  };
  const token = async () => (await credential())?.token;
  return {
    server,
    token,
    credential,
    proxy: config.proxy,
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
