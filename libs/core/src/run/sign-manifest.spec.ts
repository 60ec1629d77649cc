import { type Signer } from '../ports/signer.js';
import { aBench, aRequest, FakeSurroundings, runToEnd } from '../testing/index.js';
import { signManifest } from './sign-manifest.js';

/** Signs by turning the bytes around, so that a test sees what was signed. */
const backwards: Signer = {
  publicKey: async () => ({ keyId: 'sha256:ab', pem: 'PEM' }),
  sign: async (bytes) => Uint8Array.from(bytes).reverse(),
};

interface Envelope {
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

const statementIn = ({ payload }: Envelope) => JSON.parse(atob(payload)) as object;
const signedIn = ({ signatures }: Envelope) =>
  [...atob(signatures[0]?.sig ?? '')].reverse().join('');

it('signs the statement together with its type, as DSSE says', async () => {
  const text = await signManifest('x1', [{ name: 'manifest.json', sha256: '00ff' }], backwards);
  const envelope = JSON.parse(text) as Envelope;
  const statement =
    '{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"manifest.json","digest":{"sha256":"00ff"}}],"predicateType":"urn:outhaul:sealed-export:1","predicate":{"exportId":"x1"}}';
  expect(atob(envelope.payload)).toBe(statement);
  expect(signedIn(envelope)).toBe(`DSSEv1 28 application/vnd.in-toto+json 183 ${statement}`);
  expect(envelope.signatures[0]?.keyid).toBe('sha256:ab');
});

it('signs all that is sealed beside the files, as it is in the bucket', async () => {
  const bench = aBench(undefined, undefined, { signer: backwards });
  const { id } = await bench.exporter.start(bench.owner, aRequest());
  await runToEnd(bench, id);
  const read = (name: string) => bench.files.readText('files', `exports/${id}/try-1/${name}`);
  const names = ['schema.json', 'create-table.sql', 'checksums.crc32c', 'manifest.json'];
  const { sha256 } = new FakeSurroundings();
  const subject = await Promise.all(
    names.map(async (name) => ({ name, digest: { sha256: sha256(await read(name)) } })),
  );
  const envelope = JSON.parse(await read('manifest.sig.json')) as Envelope;
  expect(statementIn(envelope)).toMatchObject({ subject, predicate: { exportId: id } });
});

it('hands the signature out with the files, and none where nothing is signed', async () => {
  const namesOf = async (signer?: Signer) => {
    const bench = aBench(undefined, undefined, { signer });
    const { id } = await bench.exporter.start(bench.owner, aRequest());
    await runToEnd(bench, id);
    return (await bench.exporter.signDownloads(bench.owner, id)).map(({ name }) => name);
  };
  expect(await namesOf(backwards)).toContain('manifest.sig.json');
  expect(await namesOf()).not.toContain('manifest.sig.json');
});

it('replaces the manifest and the signature of a call whose record was lost', async () => {
  const bench = aBench(undefined, undefined, { signer: backwards });
  const { id } = await bench.exporter.start(bench.owner, aRequest());
  for (const name of ['manifest.json', 'manifest.sig.json'])
    await bench.files.put('files', `exports/${id}/try-1/${name}`, '{}\n', 'application/json');
  expect((await runToEnd(bench, id)).outcome).toMatchObject({ state: 'succeeded' });
  const text = await bench.files.readText('files', `exports/${id}/try-1/manifest.sig.json`);
  expect(statementIn(JSON.parse(text) as Envelope)).toMatchObject({ predicate: { exportId: id } });
});

it('fails an export that cannot be signed, rather than end it unsigned', async () => {
  const sign = () => Promise.reject(new Error('no key'));
  const bench = aBench(undefined, undefined, { signer: { ...backwards, sign } });
  const { id } = await bench.exporter.start(bench.owner, aRequest());
  expect((await runToEnd(bench, id)).outcome).toMatchObject({ state: 'failed', step: 'seal' });
});
