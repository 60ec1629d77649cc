import { readFileSync } from 'node:fs';
import { type CliConfig } from '../config.js';
import { findGoogleToken, type FoundToken } from '../credentials/find-token.js';
import { isPrivateWay } from '../credentials/server-trust.js';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { type GlobalOptions } from '../session.js';
import { type DirectConfig } from './direct-config.js';
import { type DirectService } from './direct-service.js';

/** Where direct mode works, and how it is reached. */
export interface Direct {
  /** Not an address that anything could be sent to. */
  readonly baseUrl: string;
  /** Answers what the service would; other addresses are asked over the network. */
  readonly fetch: typeof fetch;
  readonly credential: () => Promise<FoundToken | undefined>;
  readonly fileHeaders: () => Promise<Readonly<Record<string, string>>>;
  readonly project?: string;
  readonly bucket?: string;
  readonly again: string;
  readonly service: () => Promise<DirectService>;
  /** What went wrong last. */
  readonly fault: () => string | undefined;
}

const baseUrl = 'outhaul-direct://here';

/** Opens direct mode. Core and Google's libraries are loaded with the first call only. */
export function openDirect(
  config: CliConfig,
  options: GlobalOptions,
  kept: <T>(look: () => Promise<T>) => () => Promise<T>,
): Direct {
  const settings = settingsOf(config);
  const project = options.project ?? settings.project;
  const bucket = (options.bucket ?? settings.bucket)?.replace(/^gs:\/\/|\/+$/g, '');
  const credential = kept(() => findGoogleToken(config));
  const token = async (): Promise<string> => {
    const found = await credential();
    if (found) return found.token;
    throw new CommandFailure(
      exitCodes.denied,
      'No Google credentials were found on this machine.',
      'Make some: gcloud auth application-default login',
    );
  };
  let opened: Promise<DirectService> | undefined;
  let fault: (() => string | undefined) | undefined;
  const service = () =>
    (opened ??= import('./direct-service.js').then(async ({ DirectService: Service }) => {
      if (config.proxy) (await import('../go-through-proxy.js')).goThroughProxy(config.proxy);
      const { google } = config;
      const found = await credential();
      const quotaProject = found?.file && quotaProjectOf(found.file);
      const made = Service.open({ settings, google, project, bucket, quotaProject, token });
      fault = () => made.lastFault;
      return made;
    }));
  return {
    baseUrl,
    project,
    bucket,
    credential,
    service,
    fileHeaders: async () => ({ Authorization: `Bearer ${await token()}` }),
    fault: () => fault?.(),
    again: againOf(options),
    fetch: async (input, init) => {
      const request = new Request(input, init);
      return request.url.startsWith(baseUrl) ? (await service()).answer(request) : fetch(request);
    },
  };
}

/** Google's own tools write it into Application Default Credentials; a service account's key has none. */
const quotaProjectOf = (file: string): string | undefined =>
  (JSON.parse(readFileSync(file, 'utf8')) as { quota_project_id?: string }).quota_project_id;

/** The settings, checked; Google's credentials go only where nobody else can read them. */
function settingsOf({ direct }: CliConfig): DirectConfig {
  if (!direct) throw new CommandFailure(exitCodes.failure, 'Direct mode has no settings here.');
  const { bigqueryEndpoint, storageEndpoint, tokenInfoEndpoint } = direct;
  for (const endpoint of [bigqueryEndpoint, storageEndpoint, tokenInfoEndpoint])
    if (endpoint !== undefined && !isPrivateWay(endpoint))
      throw new CommandFailure(
        exitCodes.usage,
        `Credentials are not sent to ${endpoint}: others could read them on the way.`,
        'Endpoints are https, or on this machine.',
      );
  const { maskKey, pollMs, pricePerTib } = direct;
  const faults = [
    maskKey === undefined || /^[\x21-\x7e]{32,64}$/.test(maskKey)
      ? []
      : ['OUTHAUL_MASK_KEY has 32 to 64 printable ASCII characters'],
    pollMs >= 20 ? [] : ['OUTHAUL_POLL_MS is a number, at least 20'],
    pricePerTib >= 0 ? [] : ['OUTHAUL_PRICE_PER_TIB is a number, at least 0'],
  ].flat();
  if (faults.length > 0) throw new CommandFailure(exitCodes.usage, `${faults.join('; ')}.`);
  return direct;
}

const againOf = ({ direct, project, bucket }: GlobalOptions): string =>
  [
    direct ? ' --direct' : '',
    project === undefined ? '' : ` --project ${project}`,
    bucket === undefined ? '' : ` --bucket ${bucket}`,
  ].join('');
