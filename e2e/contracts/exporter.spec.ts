import { permissions } from '@outhaul/core';
import { keepsExporterContract } from '@outhaul/core/testing';
import { Engine } from '../engine/support/engine';

/** The Exporter over Google's own client libraries against the local cloud. */
let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start('--no-samples');
  await engine.load('shop.orders', 'id\n1\n2\n3\n');
});
afterAll(() => engine.stop());

const ordinary = permissions.filter((permission) => !/All$|^(activity|access)/.test(permission));

keepsExporterContract(async () => ({
  exporter: engine.exporter,
  owner: { ...engine.caller, permissions: new Set(ordinary) },
  stranger: {
    ...engine.caller,
    email: 'stranger@example.com',
    permissions: new Set(ordinary),
  },
  request: { source: { type: 'table', dataset: 'shop', table: 'orders' }, format: 'csv' },
  rows: 3,
  pass: () => new Promise((resolve) => setTimeout(resolve, 20)),
}));
