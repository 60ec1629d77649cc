import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';

/** Key versions of Cloud KMS by their resource names; each has an Ed25519 key. */
export type SigningKeys = ReadonlyMap<string, KeyObject>;

/** Reads the keys that were made earlier; `first` is made when it is missing (mode 0600). */
export async function openSigningKeys(path: string, first: string): Promise<SigningKeys> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  const pems = JSON.parse(text) as Record<string, string>;
  if (!Object.hasOwn(pems, first)) {
    const { privateKey } = generateKeyPairSync('ed25519');
    pems[first] = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    // Whole or not at all, also when the process is killed in between.
    await writeFile(`${path}.new`, JSON.stringify(pems, null, 2), { mode: 0o600 });
    await rename(`${path}.new`, path);
  }
  return new Map(Object.entries(pems).map(([name, pem]) => [name, createPrivateKey(pem)]));
}
