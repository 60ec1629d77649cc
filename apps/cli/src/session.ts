import { createClient, type Download, type OuthaulClient, unwrap } from '@outhaul/api-client';
import { type CliConfig } from './config.js';
import { type FoundToken, findToken } from './credentials/find-token.js';
import { isOnThisMachine, trustIn } from './credentials/server-trust.js';
import { type Direct, openDirect } from './direct/open-direct.js';
import { DoorPass } from './doors/pass-doors.js';
import { CommandFailure, exitCodes } from './exit-codes.js';
import { getJson } from './get-json.js';
import { lookedUpAgain } from './looked-up-again.js';
import { Output } from './output.js';
import { serverAddress } from './server-address.js';

export interface GlobalOptions {
  readonly server?: string;
  readonly direct?: boolean;
  readonly project?: string;
  readonly bucket?: string;
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
  /** What links to files are asked for with; signed ones need nothing. */
  readonly fileHeaders?: () => Promise<Readonly<Record<string, string>>>;
  /** There is no service: this process does its work. */
  readonly direct?: Direct;
  /** What a command needs to meet the same exports again, e.g. ` --direct`. */
  readonly again: string;
}

export function openSession(config: CliConfig, options: GlobalOptions): Session {
  const output = new Output({
    json: options.json === true,
    quiet: options.quiet === true,
    color: process.stdout.isTTY === true && !config.noColor,
  });
  const open = isDirect(config, options) ? withoutService : atService;
  return open(config, options, { output, proxy: config.proxy });
}

type Shared = Pick<Session, 'output' | 'proxy'>;

function isDirect({ direct }: CliConfig, options: GlobalOptions): boolean {
  if (options.direct && options.server !== undefined)
    throw new CommandFailure(exitCodes.usage, 'Choose --direct or --server, not both.');
  return options.direct ?? (options.server === undefined && direct?.isOn === true);
}

function atService(config: CliConfig, options: GlobalOptions, shared: Shared): Session {
  const server = serverAddress(options.server ?? config.server);
  // A service on this machine is reached as it is, whatever stands between the machine and the world.
  const proxy = isOnThisMachine(server) ? undefined : config.proxy;
  const trusted = trustIn(config, server, options.server !== undefined);
  let prepared: Promise<void> | undefined;
  const prepare = async () => (prepared ??= throughProxy(proxy));
  const doors = new DoorPass(config, trusted);
  const reach = reaching(server, prepare, doors);
  const ask = async () => {
    const { data } = await createClient({ baseUrl: server, fetch: reach }).GET(
      '/api/v1/sign-in-options',
    );
    return data;
  };
  const credential = lookedUpAgain(() => findToken(config, trusted, ask));
  const token = async () => (await credential())?.token;
  let made: OuthaulClient | undefined;
  // Made when it is wanted: it loads Node's fetch, which a download does without.
  const client = () => (made ??= createClient({ baseUrl: server, token, fetch: reach }));
  return {
    ...shared,
    server,
    token,
    credential,
    fetch: reach,
    get client() {
      return client();
    },
    filesOf: async (exportId) => {
      if (proxy) return filesBy(client(), exportId);
      const bearer = await token();
      const url = `${server}/api/v1/download/${encodeURIComponent(exportId)}`;
      const own: Record<string, string> = bearer ? { Authorization: `Bearer ${bearer}` } : {};
      const answer = doors.through(
        (more) => getJson<Download>(url, { ...own, ...more }),
        ({ response }) => response,
      );
      const told = answer.catch((error: NodeJS.ErrnoException) => {
        if (error.code === undefined) throw error;
        return unreachable(server, error);
      });
      return (await unwrap(told)).files;
    },
    again: options.server === undefined ? '' : ` --server ${server}`,
  };
}

/** The same commands against a service that is this process itself. */
function withoutService(config: CliConfig, options: GlobalOptions, shared: Shared): Session {
  const direct = openDirect(config, options, lookedUpAgain);
  const client = createClient({ baseUrl: direct.baseUrl, fetch: direct.fetch });
  return {
    ...shared,
    server: direct.baseUrl,
    token: async () => undefined,
    credential: direct.credential,
    fetch: direct.fetch,
    fileHeaders: direct.fileHeaders,
    client,
    filesOf: (id) => filesBy(client, id),
    direct,
    again: direct.again,
  };
}

async function throughProxy(proxy: CliConfig['proxy']): Promise<void> {
  if (proxy) (await import('./go-through-proxy.js')).goThroughProxy(proxy);
}

const filesBy = async (client: OuthaulClient, id: string): Promise<Download['files']> =>
  (await unwrap(client.GET('/api/v1/download/{id}', { params: { path: { id } } }))).files;

/** A service that cannot be reached is told as such, with what to do. */
const reaching =
  (server: string, prepare: () => Promise<void>, doors: DoorPass): typeof fetch =>
  async (input, init) => {
    try {
      await prepare();
      const request = new Request(input, init);
      // Links to files lead elsewhere: no door's token goes there.
      if (new URL(request.url).origin !== new URL(server).origin) return await fetch(request);
      const answer = await doors.through(
        (more) => fetch(withHeaders(request, more), { redirect: 'manual' }),
        (head) => head,
      );
      return isRedirect(answer) ? leadsElsewhere(server, answer) : answer;
    } catch (error) {
      if (error instanceof CommandFailure) throw error;
      return unreachable(server, error);
    }
  };

/** The request with more headers; it stays as it is, to be sent again. */
function withHeaders(request: Request, more: Readonly<Record<string, string>>): Request {
  const copy = request.clone();
  for (const [name, value] of Object.entries(more)) copy.headers.set(name, value);
  return copy;
}

const isRedirect = ({ status, headers }: Response): boolean =>
  status >= 300 && status < 400 && headers.has('location');

/** Followed, it would lose the token on its way, and the service would seem to know no one. */
function leadsElsewhere(server: string, { url, headers }: Response): never {
  const target = new URL(headers.get('location') ?? '', url);
  throw new CommandFailure(
    exitCodes.failure,
    `${server} leads to ${target.origin}.`,
    `Name the service's own address: --server ${target.origin}`,
  );
}

function unreachable(server: string, error: unknown): never {
  if ((error as Error).name === 'AbortError') throw error;
  throw new CommandFailure(
    exitCodes.unreachable,
    `No Outhaul answers at ${server}.`,
    'Start one with `npm start`, name another with --server URL or OUTHAUL_SERVER, or go without one: --direct.',
  );
}
