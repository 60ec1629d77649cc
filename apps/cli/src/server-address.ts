import { CommandFailure, exitCodes } from './exit-codes.js';

/** The address of a service as it is used, without slashes at its end; refuses what is none. */
export function serverAddress(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))
    return text.replace(/\/+$/, '');
  throw new CommandFailure(
    exitCodes.usage,
    `${text} is not an address.`,
    'Write it whole, e.g. https://outhaul.example.com',
  );
}
