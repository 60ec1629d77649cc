import { type ExportRecord, planViewOf, viewOf } from '@outhaul/core';
import { follow, moveOn, moveOnFrom, toEnd } from './follow.js';
import { type DirectCall, type DirectRoutes, NeedsService } from './route-types.js';

const idOf = ({ path }: DirectCall): string => path['id'] ?? '';

/** Exports, moved on by whoever asks for them: there is nobody else. */
export const exportRoutes = {
  'POST /api/v1/export/plan': async (own, { body }) => {
    const { exporter, caller } = await own.exports();
    return planViewOf(await exporter.plan(caller, body), body);
  },
  'POST /api/v1/export': async (own, { body, idempotencyKey }) => {
    const { exporter, caller } = await own.exports();
    const begun = await exporter.start(caller, body, { idempotencyKey });
    return viewOf(await moveOnFrom(begun, () => exporter.advance(begun.id, caller), isAtWork));
  },
  'GET /api/v1/export': async (own, { query }) => {
    const { exporter, caller } = await own.exports();
    // Nobody else removes files whose time has come.
    await exporter.sweep();
    return exporter.list(caller, { ...query, pageSize: numberOf(query['pageSize']) });
  },
  'GET /api/v1/export/{id}/manifest': async (own, call) => {
    const { exporter, caller } = await own.exports();
    return exporter.manifest(caller, idOf(call));
  },
  'POST /api/v1/export/{id}/cancel': async (own, call) => {
    const { exporter, caller } = await own.exports();
    const { id } = await exporter.cancel(caller, idOf(call));
    return viewOf(await toEnd(() => exporter.advance(id, caller), own.pollMs));
  },
  'POST /api/v1/export/{id}/retry': async (own, call) => {
    const { exporter, caller } = await own.exports();
    const begun = await exporter.retry(caller, idOf(call));
    return viewOf(await moveOnFrom(begun, () => exporter.advance(begun.id, caller), isAtWork));
  },
  'DELETE /api/v1/export/{id}': async (own, call) => {
    const { exporter, caller } = await own.exports();
    await exporter.remove(caller, idOf(call));
    return undefined;
  },
  'GET /api/v1/status/{id}': async (own, call) => {
    const { exporter, caller } = await own.exports();
    const { id } = await exporter.get(caller, idOf(call));
    return viewOf(await moveOn(() => exporter.advance(id, caller)));
  },
  'GET /api/v1/status/{id}/events': async (own, call) => {
    const { exporter, caller } = await own.exports();
    const { id } = await exporter.get(caller, idOf(call));
    const states = follow(() => exporter.advance(id, caller), own.pollMs);
    return new Response(ReadableStream.from(framesOf(states)), {
      headers: { 'Content-Type': 'text/event-stream; charset=utf-8' },
    });
  },
  'GET /api/v1/download/{id}': async (own, call) => {
    const { exporter, caller } = await own.exports();
    const id = idOf(call);
    const links = await exporter.signDownloads(caller, id);
    return {
      id,
      files: links.map(({ name, url, expiresAt, file: { sizeBytes, crc32c, generation } }) => ({
        ...{ name, sizeBytes, crc32c, generation, url, expiresAt },
      })),
    };
  },
  'GET /api/v1/download/{id}/{file}': new NeedsService(
    'Links that lead a browser to a file are a service’s.',
    'Download it: outhaul download ID --direct',
  ),
  'GET /api/v1/archive/{id}': new NeedsService(
    'Archives are made by a service.',
    'Download the files: outhaul download ID --direct',
  ),
} satisfies Partial<DirectRoutes>;

/** BigQuery has something to do; it goes on when this command has ended. */
const isAtWork = ({ steps }: ExportRecord): boolean =>
  steps.some(({ state, job }) => state === 'running' && job !== undefined);

const numberOf = (text: string | undefined) => (text === undefined ? undefined : Number(text));

async function* framesOf(states: AsyncIterable<ExportRecord>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const state of states)
    yield encoder.encode(
      `id: ${state.revision}\nevent: status\ndata: ${JSON.stringify(viewOf(state))}\n\n`,
    );
}
