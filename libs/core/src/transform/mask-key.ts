import { AppError } from '../errors.js';
import { type MaskKeys, type MaskSecret, type QueryParameter } from '../ports/warehouse.js';

const blockBytes = 64;
const pads: Readonly<Record<MaskSecret['half'], number>> = { inner: 0x36, outer: 0x5c };

/**
 * Puts the secrets into the parameters of a job that is about to be made. The job's owner can read them there and undo
 * the pad, so the key of a scope must be worth nothing outside it.
 */
export const bindSecrets = (
  parameters: readonly QueryParameter[],
  maskKeys: MaskKeys | undefined,
): readonly QueryParameter[] =>
  parameters.map(({ secret, ...parameter }) =>
    secret === undefined ? parameter : { ...parameter, value: padded(secret, maskKeys) },
  );

function padded(secret: MaskSecret | string, maskKeys: MaskKeys | undefined): string {
  // Earlier versions had one key for everything: with half of an export masked by it, values would not match.
  if (typeof secret === 'string')
    throw new AppError(
      'request-invalid',
      'This export was planned by a version that masked with another key.',
      { fix: 'Start a new export: it is planned with the key of its source.' },
    );
  if (maskKeys === undefined)
    throw new AppError('internal', 'The key that a mask of this export needs is not there.');
  const key = new TextEncoder().encode(maskKeys(secret.scope));
  if (key.length > blockBytes)
    throw new AppError('internal', `A mask key has at most ${blockBytes} bytes.`);
  const block = Uint8Array.from(
    { length: blockBytes },
    (_, at) => (key[at] ?? 0) ^ pads[secret.half],
  );
  return btoa(String.fromCharCode(...block));
}
