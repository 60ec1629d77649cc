import { createClient, type Download, type OuthaulClient, unwrap } from '@outhaul/api-client';
import { type CliConfig } from './config.js';
import { type FoundToken, findToken } from './credentials/find-token.js';
import { CommandFailure, exitCodes } from './exit-codes.js';
import { getJson } from './get-json.js';
import { Output } from './output.js';

export interface GlobalOptions {
  readonly server?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** What a command works with. */
export interface Session {
  readonly client: OuthaulClient;
  /** The files of a finished export, with a link for each. */
  readonly filesOf: (exportId: string) => Promise<Download['files']>;
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
  let client: OuthaulClient | undefined;
  return {
    server,
    token,
    credential,
    proxy: config.proxy,
    fetch: reach,
    get client() {
      // Made when it is wanted: it loads Node's fetch, which a download does without.
      return (client ??= createClient({ baseUrl: server, token, fetch: reach }));
    },
    filesOf: async (exportId) => {
      const bearer = await token();
      const url = `${server}/api/v1/download/${encodeURIComponent(exportId)}`;
      const answer = getJson<Download>(url, bearer ? { Authorization: `Bearer ${bearer}` } : {});
      const told = answer.catch((error: NodeJS.ErrnoException) => {
        if (error.code === undefined) throw error;
        return unreachable(server, error);
      });
      return (await unwrap(told)).files;
    },
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
      return unreachable(server, error);
    }
  };

function unreachable(server: string, error: unknown): never {
  if ((error as Error).name === 'AbortError') throw error;
  throw new CommandFailure(
    exitCodes.unreachable,
    `No Outhaul answers at ${server}.`,
    'Start one with `npm start`, or name another with --server URL or OUTHAUL_SERVER.',
  );
}
