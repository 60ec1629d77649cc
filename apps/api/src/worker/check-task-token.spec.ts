import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { makeCheckTaskToken } from './check-task-token.js';

const account = 'tasks@demo-project.iam.gserviceaccount.com';
const issuer = 'https://accounts.google.com';

let google: Server;
let keysUrl: string;
let privateKey: CryptoKey;
beforeAll(async () => {
  const pair = await generateKeyPair('RS256');
  privateKey = pair.privateKey;
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256' };
  google = createServer((_, response) => response.end(JSON.stringify({ keys: [jwk] })));
  await new Promise<void>((resolve) => google.listen(0, '127.0.0.1', resolve));
  keysUrl = `http://127.0.0.1:${(google.address() as AddressInfo).port}/certs`;
});
afterAll(() => void google.close());

const check = (token: string, isBehindIam: boolean) =>
  makeCheckTaskToken({ audience: 'worker', callers: [account], issuer, keysUrl, isBehindIam })(
    `Bearer ${token}`,
  );

const now = () => Math.floor(Date.now() / 1000);
const aToken = (claims: JWTPayload = {}) =>
  new SignJWT({
    iss: issuer,
    aud: 'worker',
    email: account,
    email_verified: true,
    exp: now() + 600,
    ...claims,
  })
    .setProtectedHeader({ alg: 'RS256', kid: 'one' })
    .sign(privateKey);
const removed = (token: string) => token.replace(/[^.]*$/, 'SIGNATURE_REMOVED_BY_GOOGLE');

it('takes a token whose signature Cloud Run has removed behind its IAM', async () => {
  expect(await check(removed(await aToken()), true)).toEqual({ email: account });
});

it('refuses such a token anywhere else and names the setting', async () => {
  expect(await check(removed(await aToken()), false)).toEqual({
    refused: expect.stringContaining('OUTHAUL_WORKER_BEHIND_IAM'),
  });
});

it.each([true, false])('verifies a signature that is there (behind IAM: %s)', async (behind) => {
  const token = await aToken();
  expect(await check(token, behind)).toEqual({ email: account });
  expect(await check(token.replace(/[^.]*$/, 'AAAA'), behind)).toEqual({
    refused: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  });
});

it.each<[string, JWTPayload, string]>([
  ['another issuer', { iss: 'https://accounts.example.com' }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
  ['another audience', { aud: 'console' }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
  ['no audience', { aud: undefined }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
  ['no end', { exp: undefined }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
  ['a past end', { exp: 1_000 }, 'ERR_JWT_EXPIRED'],
  ['no e-mail', { email: undefined }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
  ['an e-mail that is not verified', { email_verified: false }, 'e-mail not verified'],
  ['another account', { email: 'someone@example.com' }, 'another account'],
])('checks the claims without a signature, too: %s', async (_, claims, refused) => {
  expect(await check(removed(await aToken(claims)), true)).toEqual({ refused });
});

it.each([
  'SIGNATURE_REMOVED_BY_GOOGLE',
  'a.SIGNATURE_REMOVED_BY_GOOGLE',
  'a.b.SIGNATURE_REMOVED_BY_GOOGLE',
  `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.SIGNATURE_REMOVED_BY_GOOGLE`,
])('refuses what only ends like such a token: %s', async (token) => {
  expect(await check(token, true)).toEqual({ refused: expect.any(String) });
});
