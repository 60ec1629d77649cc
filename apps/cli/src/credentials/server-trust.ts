import { type CliConfig } from '../config.js';
import { CommandFailure, exitCodes } from '../exit-codes.js';

/**
 * How a service's address came about. `default`: no one has named it, so any program may be listening there. `typed`:
 * `--server` of this command. `named`: OUTHAUL_SERVER or `outhaul config server`, by which the user has chosen it.
 */
export type ServerTrust = 'default' | 'typed' | 'named';

export interface TrustedServer {
  readonly address: string;
  readonly trust: ServerTrust;
}

/** What the user has said of the service that a command goes to. */
export function trustIn(
  config: Pick<CliConfig, 'server' | 'isServerNamed'>,
  address: string,
  isTyped: boolean,
): TrustedServer {
  const isOfConfig = address === config.server;
  if (config.isServerNamed && isOfConfig) return { address, trust: 'named' };
  return { address, trust: isTyped ? 'typed' : 'default' };
}

/** Throws when a token of the service's own must not go there: anyone on the way, or any program there, could keep it. */
export function refuseUnsafe(what: string, { address, trust }: TrustedServer): void {
  if (!isPrivateWay(address))
    throw new CommandFailure(
      exitCodes.denied,
      `${what} is not sent to ${address}: plain HTTP can be read on its way.`,
      'Name the service by its https address.',
    );
  if (trust === 'default')
    throw new CommandFailure(
      exitCodes.denied,
      `${what} is not sent to ${address}, which you have not named: any program could be listening there.`,
      nameIt(address),
    );
}

/** Throws when Google's own credentials must not go there: their tokens open far more than one service. */
export function refuseUnnamed({ address, trust }: TrustedServer): void {
  if (trust === 'named') return;
  throw new CommandFailure(
    exitCodes.denied,
    `Your Google credentials are not shown to ${address}, which you have not named as your service.`,
    `${nameIt(address)}\nOr sign in to that service alone: outhaul login --server ${address}`,
  );
}

const nameIt = (address: string): string =>
  `If you trust it, name it once: outhaul config server ${address}, or OUTHAUL_SERVER.`;

/** Whether no one on the way can read what is sent. */
export const isPrivateWay = (address: string): boolean =>
  new URL(address).protocol === 'https:' || isOnThisMachine(address);

export const isOnThisMachine = (address: string): boolean =>
  ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(address).hostname);
