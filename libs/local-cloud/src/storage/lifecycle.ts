import { invalid } from './storage-errors.js';
import { notImplemented } from '../http/cloud-error.js';
import { type LifecycleRule, type ObjectRecord } from './object-record.js';

/** One generation as lifecycle rules look at it. */
export interface LifecycleSubject {
  readonly object: ObjectRecord;
  readonly isLive: boolean;
  /** Generations of the same name that are newer. */
  readonly newerVersions: number;
}

type Condition = (wanted: unknown, subject: LifecycleSubject, nowMs: number) => boolean;

const day = 86_400_000;
const isOlder = (days: unknown, sinceMs: number | undefined, nowMs: number): boolean =>
  sinceMs !== undefined && nowMs - sinceMs >= Number(days) * day;
const isBefore = (date: unknown, ms: number | undefined): boolean =>
  ms !== undefined && ms < Date.parse(`${String(date)}T00:00:00Z`);
const customMs = ({ attributes: { customTime } }: ObjectRecord): number | undefined =>
  customTime === undefined ? undefined : Date.parse(customTime);

/** Every condition that counts; all of a rule's must hold. */
const conditions: Readonly<Record<string, Condition>> = {
  age: (days, { object }, nowMs) => isOlder(days, object.createdMs, nowMs),
  createdBefore: (date, { object }) => isBefore(date, object.createdMs),
  isLive: (wanted, { isLive }) => wanted === isLive,
  matchesStorageClass: (classes, { object }) => listOf(classes).includes(object.storageClass),
  matchesPrefix: (prefixes, { object }) =>
    listOf(prefixes).some((prefix) => object.name.startsWith(prefix)),
  matchesSuffix: (suffixes, { object }) =>
    listOf(suffixes).some((suffix) => object.name.endsWith(suffix)),
  numNewerVersions: (count, { newerVersions }) => newerVersions >= Number(count),
  daysSinceNoncurrentTime: (days, { object }, nowMs) => isOlder(days, object.archivedMs, nowMs),
  noncurrentTimeBefore: (date, { object }) => isBefore(date, object.archivedMs),
  daysSinceCustomTime: (days, { object }, nowMs) => isOlder(days, customMs(object), nowMs),
  customTimeBefore: (date, { object }) => isBefore(date, customMs(object)),
};

/** 400 or 501 for rules that could not be kept. */
export function requireLifecycle(value: object): void {
  const { rule = [] } = value as { rule?: unknown };
  if (!Array.isArray(rule) || rule.length > 100) throw invalid('Invalid value for: lifecycle.rule');
  for (const { action, condition } of rule as Partial<LifecycleRule>[]) {
    if (action?.type === 'AbortIncompleteMultipartUpload') continue;
    if (action?.type !== 'Delete' && action?.type !== 'SetStorageClass')
      throw invalid(`Invalid value for: lifecycle.rule.action.type: ${String(action?.type)}`);
    const names = Object.keys(condition ?? {});
    if (names.length === 0) throw invalid('A lifecycle rule needs a condition.');
    const unknown = names.find((name) => !Object.hasOwn(conditions, name));
    if (unknown !== undefined) throw notImplemented(`the lifecycle condition ${unknown}`);
  }
}

/** What the rules do to a generation: deleting wins over another storage class. */
export function lifecycleActionOf(
  rules: readonly LifecycleRule[],
  subject: LifecycleSubject,
  nowMs: number,
): LifecycleRule['action'] | undefined {
  const actions = rules
    .filter(({ condition }) =>
      Object.entries(condition).every(([name, wanted]) =>
        conditions[name]?.(wanted, subject, nowMs),
      ),
    )
    .map(({ action }) => action);
  return (
    actions.find(({ type }) => type === 'Delete') ??
    actions.find(
      ({ type, storageClass }) =>
        type === 'SetStorageClass' && storageClass !== subject.object.storageClass,
    )
  );
}

const listOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map(String) : [];
