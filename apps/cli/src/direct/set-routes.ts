import { setViewOf } from '@outhaul/core';
import { moveOn, moveOnFrom, toEnd } from './follow.js';
import { type DirectCall, type DirectRoutes, type Own } from './route-types.js';

const idOf = ({ path }: DirectCall): string => path['id'] ?? '';

async function open(own: Own) {
  const { exporter, caller } = await own.exports();
  return { sets: exporter.sets, caller };
}

/** Sets of exports, moved on by whoever asks for them. */
export const setRoutes = {
  'POST /api/v1/export-sets/plan': async (own, { body }) => {
    const { sets, caller } = await open(own);
    return sets.plan(caller, body);
  },
  'POST /api/v1/export-sets': async (own, { body, idempotencyKey }) => {
    const { sets, caller } = await open(own);
    const begun = await sets.start(caller, body, { idempotencyKey });
    return setViewOf(await moveOnFrom(begun, () => sets.advance(begun.id, caller)));
  },
  'GET /api/v1/export-sets': async (own, { query }) => {
    const { sets, caller } = await open(own);
    const pageSize = query['pageSize'] === undefined ? undefined : Number(query['pageSize']);
    return sets.list(caller, { ...query, pageSize });
  },
  'GET /api/v1/export-sets/{id}': async (own, call) => {
    const { sets, caller } = await open(own);
    const { id } = await sets.get(caller, idOf(call));
    return setViewOf(await moveOn(() => sets.advance(id, caller)));
  },
  'GET /api/v1/export-sets/{id}/manifest': async (own, call) => {
    const { sets, caller } = await open(own);
    return sets.manifest(caller, idOf(call));
  },
  'POST /api/v1/export-sets/{id}/cancel': async (own, call) => {
    const { sets, caller } = await open(own);
    const { id } = await sets.cancel(caller, idOf(call));
    return setViewOf(await toEnd(() => sets.advance(id, caller), own.pollMs));
  },
  'POST /api/v1/export-sets/{id}/retry': async (own, call) => {
    const { sets, caller } = await open(own);
    const begun = await sets.retry(caller, idOf(call));
    return setViewOf(await moveOnFrom(begun, () => sets.advance(begun.id, caller)));
  },
  'DELETE /api/v1/export-sets/{id}': async (own, call) => {
    const { sets, caller } = await open(own);
    await sets.remove(caller, idOf(call));
    return undefined;
  },
} satisfies Partial<DirectRoutes>;
