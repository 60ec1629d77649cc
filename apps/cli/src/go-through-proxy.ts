import { EnvHttpProxyAgent, setGlobalDispatcher } from 'undici';
import { type CliConfig } from './config.js';

/** Has `fetch` of this process go through the user's proxies; Node's own looks for none. To be imported when there are some. */
export function goThroughProxy({
  httpProxy = '',
  httpsProxy = '',
  noProxy = '',
}: NonNullable<CliConfig['proxy']>): void {
  // Empty texts keep undici from looking into the environment by itself.
  setGlobalDispatcher(new EnvHttpProxyAgent({ httpProxy, httpsProxy, noProxy }));
}
