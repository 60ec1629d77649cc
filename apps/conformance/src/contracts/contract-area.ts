import {
  type Caller,
  makeExporter,
  permissions,
  type ExporterDeps,
  type TableRef,
} from '@outhaul/core';
import {
  keepsExporterContract,
  keepsFileStoreContract,
  keepsRecordStoreContract,
  keepsWarehouseContract,
} from '@outhaul/core/testing';
import {
  GoogleExportSetStore,
  GoogleFileStore,
  GoogleRecordStore,
  nodeSurroundings,
} from '@outhaul/google';
import { type Area, type Probe } from '../probe.js';
import { type World } from '../world.js';
import { collectTests } from './collect-tests.js';
import { FolderFileStore, FolderWarehouse } from './in-folder.js';

/** The world that the contract at hand runs in; contracts are written without knowing of one. */
let world: World;

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const pass = () => sleep(world.config.endpoints.bigquery ? 50 : 1_000);

function places() {
  const { config, me, options, scratch } = world;
  const { bigquery, storage } = config.endpoints;
  const { project, bucket } = options;
  return { auth: me.auth, project, bucket, scratch, endpoints: { bigquery, storage } };
}

let table: Promise<TableRef> | undefined;
/** One table of three rows for all contracts. */
const threeRows = (): Promise<TableRef> =>
  (table ??= world.table('SELECT id FROM UNNEST([1, 2, 3]) AS id').then((name) => ({
    project: world.options.project,
    dataset: world.scratch.dataset,
    table: name,
  })));

const fileStore = () =>
  keepsFileStoreContract(async () => {
    const { auth, project, bucket, endpoints } = places();
    return { store: new GoogleFileStore(auth, project, endpoints), bucket, folder: world.folder() };
  });

const recordStore = () =>
  keepsRecordStoreContract(async () => {
    const { auth, project, bucket, endpoints } = places();
    return new GoogleRecordStore(auth, project, bucket, endpoints, world.folder());
  });

const warehouse = () =>
  keepsWarehouseContract(async () => {
    const { auth, project, bucket, endpoints, scratch } = places();
    const folder = `gs://${bucket}/${world.folder()}`;
    // The folder is in the contract’s own URIs already.
    const place = { bucket, folder: '', runId: scratch.runId };
    return {
      warehouse: new FolderWarehouse(auth, project, endpoints, place),
      table: await threeRows(),
      ...{ rows: 3, location: world.location, folder, pass },
      newJobId: () => `outhaul_conformance_${scratch.runId}_${world.name('contract')}`,
    };
  });

const exporter = () =>
  keepsExporterContract(async () => {
    const { auth, project, bucket, endpoints, scratch } = places();
    const folder = world.folder();
    const eyes = new FolderWarehouse(auth, project, endpoints, {
      ...{ bucket, folder, runId: scratch.runId },
    });
    const deps: ExporterDeps = {
      records: new GoogleRecordStore(auth, project, bucket, endpoints, folder),
      sets: new GoogleExportSetStore(auth, project, bucket, endpoints, folder),
      files: new FolderFileStore(auth, project, endpoints, folder),
      service: eyes,
      serviceProject: project,
      surroundings: nodeSurroundings,
      settings: {
        defaultProject: project,
        filesBuckets: [bucket],
        ...{ pricePerTib: 6.25, currency: 'USD', urlLifetimeMs: 3_600_000 },
      },
      audit: { write: async () => undefined, note: () => undefined },
    };
    const held = permissions.filter((name) => !/All$|^(activity|access)/.test(name));
    const person = (email: string): Caller => ({
      ...{ email, permissions: new Set(held), warehouse: eyes },
    });
    const { dataset, table: name } = await threeRows();
    return {
      exporter: makeExporter(deps),
      owner: person('owner@example.com'),
      stranger: person('stranger@example.com'),
      request: { source: { type: 'table', project, dataset, table: name }, format: 'csv' },
      ...{ rows: 3, pass },
    };
  });

const contracts = {
  'file-store': { contract: fileStore, where: 'libs/google/src/google-file-store.ts' },
  'record-store': { contract: recordStore, where: 'libs/google/src/google-record-store.ts' },
  warehouse: { contract: warehouse, where: 'libs/google/src/google-warehouse.ts' },
  exporter: { contract: exporter, where: 'libs/core/src/make-exporter.ts' },
} as const;

const probes: readonly Probe[] = Object.entries(contracts).flatMap(([name, { contract, where }]) =>
  collectTests(contract).map(({ title, run }) => ({
    id: `contract.${name}-${title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')}`,
    question: `Does Outhaul’s own ${name} keep this: ${title}?`,
    why: 'The engine is built on this port, and tested over a fake that keeps the same contract.',
    where,
    expected: ['kept'],
    async ask(given: World) {
      world = given;
      try {
        await run();
        return { answer: 'kept' };
      } catch (error) {
        return { answer: 'broken', message: plain(error) };
      }
    },
  })),
);

/** A failed expectation in one line, without colors. */
const plain = (error: unknown): string =>
  // eslint-disable-next-line no-control-regex
  String(error instanceof Error ? error.message : error).replace(/\u001b\[\d+m/g, '');

/** What the fakes keep, kept by the real parts of the product against whatever the kit is pointed at. */
export const contractArea: Area = {
  name: 'contract',
  title: 'Contracts: the product’s own parts against what the kit is pointed at',
  probes,
};
