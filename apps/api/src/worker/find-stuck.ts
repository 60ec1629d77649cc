import { type ExportRecord, stateOf } from '@outhaul/core';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** How an export that has not ended stands: since when, and whether that is too long. */
export interface Standing {
  readonly stillMs: number;
  /** It waits for us, and not for BigQuery, its owner or a pause between tries. */
  readonly waitsForUs: boolean;
  readonly stuck: boolean;
}

/** BigQuery gives a job six hours; what we do ourselves takes minutes. */
const patienceMs = {
  queued: 10 * minuteMs,
  cancelling: 30 * minuteMs,
  job: 7 * hourMs,
  own: hourMs,
};

/** Judges an unfinished export by the times in its record. */
export function standingOf(record: ExportRecord, nowMs: number): Standing {
  const step = record.steps.find(({ state }) => state !== 'done');
  const stillMs = Math.max(0, nowMs - lastMoved(record));
  const state = stateOf(record);
  const paused = step?.notBefore !== undefined && Date.parse(step.notBefore) > nowMs;
  if (record.outcome || state === 'waiting') return { stillMs, waitsForUs: false, stuck: false };
  const isJob = step?.kind === 'extract' || step?.kind === 'materialize';
  const patience =
    state === 'queued' || state === 'cancelling'
      ? patienceMs[state]
      : patienceMs[isJob && step?.state === 'running' ? 'job' : 'own'];
  return {
    stillMs,
    waitsForUs: !paused && !(isJob && step?.state === 'running'),
    stuck: stillMs > patience,
  };
}

function lastMoved({ createdAt, steps, cancelRequestedAt }: ExportRecord): number {
  const times = [
    createdAt,
    cancelRequestedAt,
    ...steps.flatMap(({ startedAt, finishedAt, notBefore }) => [startedAt, finishedAt, notBefore]),
  ];
  return Math.max(...times.filter((time) => time !== undefined).map((time) => Date.parse(time)));
}
