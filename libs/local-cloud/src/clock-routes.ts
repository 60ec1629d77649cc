import { type ShiftableClock } from './clock.js';
import { CloudError } from './http/cloud-error.js';
import { type CloudResponse, type Route } from './http/route.js';

/** `/_local/clock`: read the time, set how far it is off, or move it; `afterMove` does what has become due. */
export const clockRoutes = (clock: ShiftableClock, afterMove: () => Promise<void>): Route[] => [
  {
    service: 'admin',
    method: 'GET',
    path: '/_local/clock',
    operation: 'local.clock.get',
    handler: () => describe(clock),
  },
  {
    service: 'admin',
    method: 'POST',
    path: '/_local/clock',
    operation: 'local.clock.shift',
    async handler(request) {
      clock.shiftMs = readShift(clock, await request.json());
      await afterMove();
      return describe(clock);
    },
  },
];

const describe = (clock: ShiftableClock): CloudResponse => ({
  json: { now: new Date(clock.nowMs()).toISOString(), shiftMs: clock.shiftMs },
});

/** Exactly one of `shiftMs` (from the system's time), `advanceMs` (from now) and `now` (an instant). */
function readShift(clock: ShiftableClock, body: Readonly<Record<string, unknown>>): number {
  const [entry, ...more] = Object.entries(body);
  const [field, value] = entry ?? [];
  const wanted =
    field === 'shiftMs'
      ? Number(value)
      : field === 'advanceMs'
        ? clock.shiftMs + Number(value)
        : field === 'now'
          ? Date.parse(String(value)) - Date.now()
          : NaN;
  if (more.length > 0 || !Number.isSafeInteger(wanted) || Number.isNaN(dateOf(wanted)))
    throw new CloudError(
      400,
      'invalid',
      'Give one of shiftMs, advanceMs (whole numbers) and now (an RFC 3339 instant).',
    );
  return wanted;
}

const dateOf = (shiftMs: number): number => new Date(Date.now() + shiftMs).getTime();
