import { verify } from 'node:crypto';
import { call, startTestCloud, type TestCloud } from '../testing/with-cloud.js';

const key =
  '/v1/projects/outhaul-local/locations/us-central1/keyRings/outhaul/cryptoKeys/manifests/cryptoKeyVersions/1';
/** Its CRC32C is the check value of the algorithm's definition. */
const data = Buffer.from('123456789');
const signed = (cloud: TestCloud, body: object, name = key) =>
  call(cloud, 'POST', `${name}:asymmetricSign`, body);

describe('Cloud KMS', () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startTestCloud();
  });
  afterAll(() => cloud.dispose());

  it('signs data with a key that outlives it, and shows the public key', async () => {
    const { body: shown } = await call(cloud, 'GET', `${key}/publicKey`);
    expect(shown).toMatchObject({ algorithm: 'EC_SIGN_ED25519', name: key.slice('/v1/'.length) });
    const { status, body } = await signed(cloud, {
      data: data.toString('base64'),
      dataCrc32c: String(0xe3069283),
    });
    expect([status, body]).toEqual([200, expect.objectContaining({ verifiedDataCrc32c: true })]);
    const signature = Buffer.from(String(body['signature']), 'base64');
    expect(verify(null, data, String(shown['pem']), signature)).toBe(true);
    cloud = await cloud.restart();
    expect((await call(cloud, 'GET', `${key}/publicKey`)).body).toEqual(shown);
  });

  it.each([
    ['a digest', { digest: { sha256: 'AAAA' } }, 'Digest is not allowed'],
    ['no data', {}, 'data is required'],
    ['too many data', { data: Buffer.alloc(65_537).toString('base64') }, 'at most 65536'],
    ['another checksum', { data: 'AAAA', dataCrc32c: '1' }, 'did not match'],
  ])('refuses %s', async (_what, body, said) => {
    const answer = await signed(cloud, body);
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([
      400,
      expect.stringContaining(said),
    ]);
  });

  it('knows no other key', async () => {
    const other = key.replace('manifests', 'others');
    expect((await signed(cloud, { data: 'AAAA' }, other)).status).toBe(404);
  });
});

it('asks for the permissions to sign and to see the key', async () => {
  const cloud = await startTestCloud({ enforce: true });
  try {
    const bearer = async (email: string) => {
      const { body } = await call(cloud, 'POST', '/_local/tokens', { email });
      return { Authorization: `Bearer ${String(body['access_token'])}` };
    };
    const exporter = await bearer('exporter@outhaul.test');
    const sign = { data: 'AAAA' };
    expect((await call(cloud, 'POST', `${key}:asymmetricSign`, sign, exporter)).status).toBe(403);
    expect((await call(cloud, 'GET', `${key}/publicKey`, undefined, exporter)).status).toBe(403);
    const admin = await bearer('admin@outhaul.test');
    expect((await call(cloud, 'POST', `${key}:asymmetricSign`, sign, admin)).status).toBe(200);
  } finally {
    await cloud.dispose();
  }
});
