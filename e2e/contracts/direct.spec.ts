import { type Caller, type Exporter, rolePermissions } from '@outhaul/core';
import { keepsExporterContract } from '@outhaul/core/testing';
import { makeDirectExporter, renewedAuth } from '@outhaul/google';
import { LocalCloudProcess } from '../support/local-cloud';
import { OwnBucket } from '../support/own-bucket';
import { mintToken } from '../support/person';

/** Direct mode keeps what the service keeps: two people, each with their own credentials and no service, on one bucket. */
let cloud: LocalCloudProcess;
let bucket: OwnBucket;
const ownerEmail = 'exporter@outhaul.test';
const strangerEmail = 'admin@outhaul.test';
beforeAll(async () => {
  cloud = await LocalCloudProcess.start('--enforce', '--no-samples', '--write-limit');
  bucket = await OwnBucket.make(cloud, 'emils-bucket', [`user:${ownerEmail}`]);
  await bucket.call('POST', '/_local/load?name=orders.csv&table=shop.orders', 'id\n1\n2\n3\n');
});
afterAll(() => cloud.stop());

async function openAs(email: string): Promise<{ exporter: Exporter; caller: Caller }> {
  const token = await mintToken(cloud.url, email);
  const { exporter, warehouse } = makeDirectExporter(
    renewedAuth(async () => token),
    {
      project: 'outhaul-local',
      bucket: bucket.name,
      endpoints: { bigquery: cloud.url, storage: cloud.url },
      pricePerTib: 6.25,
      currency: 'USD',
      mark: { owner: email, key: `the key of ${email} and of nobody else` },
    },
    { write: async () => undefined, note: () => undefined },
  );
  const permissions = new Set(rolePermissions.exporter);
  return { exporter, caller: { email, permissions, warehouse } };
}

keepsExporterContract(async () => {
  const [owner, stranger] = [await openAs(ownerEmail), await openAs(strangerEmail)];
  const of = ({ email }: Caller) => (email === ownerEmail ? owner : stranger).exporter;
  const mine = owner.exporter;
  return {
    // Each person has a process of their own.
    exporter: {
      ...mine,
      get: (caller, id) => of(caller).get(caller, id),
      list: (caller, filter) => of(caller).list(caller, filter),
      cancel: (caller, id) => of(caller).cancel(caller, id),
      retry: (caller, id) => of(caller).retry(caller, id),
      remove: (caller, id) => of(caller).remove(caller, id),
      manifest: (caller, id) => of(caller).manifest(caller, id),
      signDownloads: (caller, id, names) => of(caller).signDownloads(caller, id, names),
    },
    owner: owner.caller,
    stranger: stranger.caller,
    request: { source: { type: 'table', dataset: 'shop', table: 'orders' }, format: 'csv' },
    rows: 3,
    pass: () => new Promise((resolve) => setTimeout(resolve, 20)),
  };
});

it('keeps records and files apart, in the one bucket', async () => {
  const { exporter, caller } = await openAs(ownerEmail);
  const request = { source: { type: 'table', dataset: 'shop', table: 'orders' }, format: 'csv' };
  const { id } = await exporter.start(caller, request);
  while (!(await exporter.advance(id, caller)).outcome)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await bucket.names(`outhaul-records/exports/${id}`)).toEqual([
    `outhaul-records/exports/${id}.json`,
  ]);
  expect(await bucket.names(`exports/${id}/`)).toContain(`exports/${id}/try-1/manifest.json`);
});

it('hands out addresses that nobody can use without a token of their own', async () => {
  const { exporter, caller } = await openAs(ownerEmail);
  const [{ id = '' } = {}] = (await exporter.list(caller, { state: 'succeeded' })).items;
  const [first] = await exporter.signDownloads(caller, id);
  const url = first?.url ?? '';
  expect((await fetch(url)).status).toBe(401);
  const as = async (email: string) => {
    const token = await mintToken(cloud.url, email);
    return (await fetch(url, { headers: { Authorization: `Bearer ${token}` } })).status;
  };
  expect([await as(ownerEmail), await as('viewer@outhaul.test')]).toEqual([200, 403]);
});
