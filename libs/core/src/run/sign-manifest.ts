import { type Signer } from '../ports/signer.js';

/** The name of the signature, beside the manifest. */
export const signatureName = 'manifest.sig.json';

/** A file that is signed: its name relative to the manifest, and the hex SHA-256 of its bytes. */
export interface SignedSubject {
  readonly name: string;
  readonly sha256: string;
}

const payloadType = 'application/vnd.in-toto+json';

/**
 * A DSSE envelope around an in-toto statement about these files:
 * https://github.com/secure-systems-lab/dsse, https://github.com/in-toto/attestation. Everything in it follows from its
 * arguments, so that a step that is repeated writes the same bytes.
 */
export async function signManifest(
  exportId: string,
  subjects: readonly SignedSubject[],
  signer: Signer,
): Promise<string> {
  const payload = new TextEncoder().encode(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: subjects.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
      predicateType: 'urn:outhaul:sealed-export:1',
      predicate: { exportId },
    }),
  );
  const { keyId } = await signer.publicKey();
  const signature = await signer.sign(signedBytes(payload));
  const envelope = {
    payloadType,
    payload: base64(payload),
    signatures: [{ keyid: keyId, sig: base64(signature) }],
  };
  return `${JSON.stringify(envelope, null, 2)}\n`;
}

/** DSSE's pre-authentication encoding: the type is signed with the payload, so that neither passes for another. */
function signedBytes(payload: Uint8Array): Uint8Array {
  const header = new TextEncoder().encode(
    `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `,
  );
  const bytes = new Uint8Array(header.length + payload.length);
  bytes.set(header);
  bytes.set(payload, header.length);
  return bytes;
}

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
