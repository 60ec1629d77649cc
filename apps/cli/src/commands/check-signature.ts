import { createHash, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PublicSigningKey } from '@outhaul/core';
import { KmsSigner, publicKeyOf, serviceAuth } from '@outhaul/google';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { plain } from '../plain-text.js';

const payloadType = 'application/vnd.in-toto+json';
const signatureFile = 'manifest.sig.json';

interface Statement {
  readonly subject: readonly { readonly name: string; readonly digest: { sha256: string } }[];
}

export interface KeyPlace {
  /** A file in PEM, or a key version of Cloud KMS, which is asked with the person's own credentials. */
  readonly name: string;
  readonly kmsEndpoint?: string;
}

/** The public key that a person trusts. */
export async function readKey({ name: key, kmsEndpoint }: KeyPlace): Promise<PublicSigningKey> {
  if (/^projects\/.+\/cryptoKeyVersions\/\d+$/.test(key))
    return new KmsSigner(serviceAuth(undefined), key, kmsEndpoint).publicKey();
  const text = await readFile(key, 'utf8').catch(() => {
    throw new CommandFailure(
      exitCodes.notFound,
      `There is no key file ${plain(key)}.`,
      'Get it from someone you trust, or from the service: outhaul signing-key > outhaul.pem',
    );
  });
  try {
    return publicKeyOf(text);
  } catch {
    throw new CommandFailure(
      exitCodes.usage,
      `${plain(key)} is no Ed25519 key in PEM.`,
      'Get it from the service: outhaul signing-key > outhaul.pem',
    );
  }
}

/** Throws unless the folder's manifest, and what else was sealed with it, is as the holder of the key signed it. */
export async function checkSignature(folder: string, key: PublicSigningKey): Promise<void> {
  const path = join(folder, signatureFile);
  const text = await readFile(path, 'utf8').catch(() => {
    throw new CommandFailure(
      exitCodes.notVerified,
      `There is no ${signatureFile} in ${plain(folder)}: no one has signed this export.`,
      'Download it again. A service signs what it seals after it was given a key.',
    );
  });
  const { subject } = statementOf(text, path, key);
  if (!subject.some(({ name }) => name === 'manifest.json'))
    throw refused(path, 'it is not about a manifest');
  for (const { name, digest } of subject) {
    // A name is signed, and so the sealer's own; it still leads nowhere else.
    if (!/^[\w.-]+$/.test(name)) throw refused(path, `it names ${plain(name)}`);
    const content = await readFile(join(folder, name)).catch(() => undefined);
    if (content === undefined)
      throw new CommandFailure(
        exitCodes.notVerified,
        `${plain(join(folder, name))} is missing; it was signed.`,
      );
    if (createHash('sha256').update(content).digest('hex') !== digest.sha256)
      throw new CommandFailure(
        exitCodes.notVerified,
        `${plain(join(folder, name))} is not the one that was signed: it was changed afterwards.`,
      );
  }
}

/** What the envelope says, if the key's holder has said it. */
function statementOf(text: string, path: string, key: PublicSigningKey): Statement {
  const envelope = parsed(text) as {
    payloadType?: unknown;
    payload?: unknown;
    signatures?: unknown;
  } | null;
  const signatures = envelope?.signatures;
  if (
    envelope?.payloadType !== payloadType ||
    typeof envelope.payload !== 'string' ||
    !Array.isArray(signatures)
  )
    throw new CommandFailure(exitCodes.notVerified, `${plain(path)} is no signature.`);
  const payload = Buffer.from(envelope.payload, 'base64');
  const signed = Buffer.concat([
    Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `),
    payload,
  ]);
  const made = (signatures as { keyid?: unknown; sig?: unknown }[]).map((each) => ({
    keyId: String(each?.keyid),
    isGood: verify(null, signed, key.pem, Buffer.from(String(each?.sig), 'base64')),
  }));
  // Which key it names is only a hint, which anyone could write.
  if (!made.some(({ isGood }) => isGood)) {
    const others = made.map(({ keyId }) => keyId).filter((keyId) => keyId !== key.keyId);
    if (others.length > 0 && others.length === made.length)
      throw new CommandFailure(
        exitCodes.notVerified,
        `The manifest was signed by another key: ${plain(others.join(', '))}. Yours is ${key.keyId}.`,
        'If the service has changed its key, get the one that it had when it sealed this export.',
      );
    throw refused(path, 'it or what it says was changed afterwards');
  }
  const statement = parsed(payload.toString('utf8')) as Partial<Statement> | null;
  const subject = statement?.subject;
  if (
    !Array.isArray(subject) ||
    !subject.every(
      (each) => typeof each?.name === 'string' && typeof each.digest?.sha256 === 'string',
    )
  )
    throw refused(path, 'it names no files');
  return { subject };
}

const refused = (path: string, why: string): CommandFailure =>
  new CommandFailure(exitCodes.notVerified, `The signature ${plain(path)} is not good: ${why}.`);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
