import { type Probe, type Result } from './probe.js';
import { type World } from './world.js';

/** How many are asked at once. */
const width = 4;

/** Asks every probe, until `stopped`; one that goes wrong stops no other. Results come in the order of the probes. */
export async function runProbes(
  probes: readonly Probe[],
  world: World,
  { onResult, stopped }: { onResult?: (result: Result) => void; stopped?: AbortSignal } = {},
): Promise<readonly Result[]> {
  const results = new Map<string, Result>();
  const waiting = [...probes];
  const work = async (): Promise<void> => {
    for (let probe = waiting.shift(); probe && !stopped?.aborted; probe = waiting.shift()) {
      const result = await askOne(probe, world);
      results.set(probe.id, result);
      onResult?.(result);
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  return probes.flatMap(({ id }) => results.get(id) ?? []);
}

async function askOne(probe: Probe, world: World): Promise<Result> {
  const { id, expected } = probe;
  const missing = (probe.needs ?? []).filter((need) => !world.has(need));
  if (missing.length > 0)
    return {
      ...{ id, expected, verdict: 'not asked', tookMs: 0 },
      got: `needs ${missing.map((need) => `--${need}`).join(' and ')}`,
    };
  const startedMs = Date.now();
  const tookMs = (): number => Date.now() - startedMs;
  try {
    const { answer, message } = await probe.ask(world);
    const verdict = expected.includes(answer) ? 'pass' : 'differs';
    return { id, expected, verdict, got: answer, message, tookMs: tookMs() };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      id,
      expected,
      verdict: 'differs',
      got: 'could not be asked',
      message,
      tookMs: tookMs(),
    };
  }
}
