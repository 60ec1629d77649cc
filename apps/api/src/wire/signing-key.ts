import { z } from 'zod';

export const signingKeySchema = z.object({
  keyId: z
    .string()
    .describe('SHA-256 of the public key in DER, as `sha256:` and hex; signatures name it.'),
  algorithm: z.literal('ed25519'),
  publicKey: z.string().describe('SubjectPublicKeyInfo in PEM.'),
});
