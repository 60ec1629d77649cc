import { connect } from 'node:net';
import { serveBench, type ServedBench } from '../../testing/serve-bench.js';

const preview = '/api/v1/tables/shop/orders/preview';

/** Something that is held up until it is let go, and tells when it was reached. */
function aGate() {
  const reached = Promise.withResolvers<undefined>();
  const open = Promise.withResolvers<undefined>();
  return {
    reached: reached.promise,
    open: () => open.resolve(undefined),
    pass: () => {
      reached.resolve(undefined);
      return open.promise;
    },
  };
}

/** Sends a request and closes the connection as soon as `when` has come. */
async function hangUp(url: string, who: string, when: Promise<void>): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(
    `GET ${preview} HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${who}\r\n\r\n`,
  );
  await when;
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.destroy();
  await closed;
}

/** The decision on the preview, as soon as there is one. */
async function decisionOf({ bench }: ServedBench) {
  for (let looks = 0; looks < 200; looks += 1) {
    const found = bench.audit.filter(({ action }) => action.startsWith('GET '));
    if (found.length > 0) return found.map(({ who, decision, reason }) => [who, decision, reason]);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return [];
}

let served: ServedBench;
afterEach(() => served.close());

describe('the decision on record', () => {
  it.each([
    ['unknown', ['anonymous', 'deny', 'unauthenticated']],
    ['viewer', ['viewer@example.com', 'deny', 'connection-closed']],
  ])('is no permission when %s hangs up before it is known who calls', async (who, expected) => {
    const gate = aGate();
    served = await serveBench({}, undefined, gate.pass);
    await hangUp(served.url, who, gate.reached);
    // The service has seen the connection's end by the time that it serves another.
    await fetch(`${served.url}/healthz`);
    gate.open();
    expect(await decisionOf(served)).toEqual([expected]);
  });

  it('is no permission when the caller hangs up before a table turns out to be hidden', async () => {
    const gate = aGate();
    served = await serveBench();
    served.bench.warehouse.previewRows = async () => {
      await gate.pass();
      return { items: [] };
    };
    await hangUp(served.url, 'owner', gate.reached);
    expect(await decisionOf(served)).toEqual([['owner@example.com', 'deny', 'connection-closed']]);
    gate.open();
  });

  it('is a permission when the answer was given', async () => {
    served = await serveBench();
    expect((await fetch(served.url + preview)).status).toBe(200);
    expect(await decisionOf(served)).toEqual([['owner@example.com', 'allow', undefined]]);
  });

  it('is a permission that came to nothing when the service failed', async () => {
    served = await serveBench();
    served.bench.warehouse.previewRows = async () => {
      throw new Error('out of order');
    };
    expect((await fetch(served.url + preview)).status).toBe(500);
    await decisionOf(served);
    expect(served.bench.audit).toEqual([
      expect.objectContaining({ decision: 'allow', outcome: 'failed', reason: 'internal' }),
    ]);
  });
});
