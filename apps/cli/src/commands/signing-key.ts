import { unwrap } from '@outhaul/api-client';
import { type Session } from '../session.js';

/** `outhaul signing-key`: the public key in PEM, which `outhaul verify --key` takes. */
export async function printSigningKey({ client, output }: Session): Promise<void> {
  const key = await unwrap(client.GET('/api/v1/signing-key'));
  output.one(key, () => key.publicKey.trimEnd().split('\n'));
  if (!output.options.json) output.note(`Its id is ${key.keyId}.`);
}
