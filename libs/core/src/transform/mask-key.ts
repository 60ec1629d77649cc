import { AppError } from '../errors.js';
import { type QueryParameter, type SecretName } from '../ports/warehouse.js';

const blockBytes = 64;
const pads: Readonly<Record<SecretName, number>> = { 'mask-inner': 0x36, 'mask-outer': 0x5c };

/** Puts the secrets into the parameters of a job that is about to be made. */
export const bindSecrets = (
  parameters: readonly QueryParameter[],
  maskKey: string | undefined,
): readonly QueryParameter[] =>
  parameters.map(({ secret, ...parameter }) =>
    secret === undefined ? parameter : { ...parameter, value: padded(secret, maskKey) },
  );

function padded(secret: SecretName, maskKey: string | undefined): string {
  if (maskKey === undefined)
    throw new AppError('internal', 'The key that a mask of this export needs is not there.');
  const key = new TextEncoder().encode(maskKey);
  if (key.length > blockBytes)
    throw new AppError('internal', `A mask key has at most ${blockBytes} bytes.`);
  const block = Uint8Array.from({ length: blockBytes }, (_, at) => (key[at] ?? 0) ^ pads[secret]);
  return btoa(String.fromCharCode(...block));
}
