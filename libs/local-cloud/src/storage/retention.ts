import { CloudError, notImplemented } from '../http/cloud-error.js';
import { type BucketRecord, type ObjectRecord, type RetentionPolicy } from './object-record.js';
import { invalid } from './storage-errors.js';

/** Cloud Storage's longest retention: 100 years. */
const mostSeconds = 3_155_760_000;

/** Reads a bucket's retention policy; 400 or 501 for what could not be kept. */
export function parseRetentionPolicy(value: object, nowMs: number): RetentionPolicy {
  const { retentionPeriod, isLocked } = value as Record<string, unknown>;
  if (isLocked) throw notImplemented('locked retention policies');
  const seconds = Number(retentionPeriod);
  if (!/^\d+$/.test(String(retentionPeriod)) || seconds < 1 || seconds > mostSeconds)
    throw invalid('Invalid value for: retentionPolicy.retentionPeriod');
  return { retentionPeriod: String(seconds), effectiveTime: new Date(nowMs).toISOString() };
}

/** Until when the bucket's policy keeps an object, in epoch milliseconds; undefined: it may go. */
export function retainedUntilMs(
  { settings: { retentionPolicy } }: BucketRecord,
  { createdMs }: ObjectRecord,
  nowMs: number,
): number | undefined {
  if (!retentionPolicy) return undefined;
  const untilMs = createdMs + Number(retentionPolicy.retentionPeriod) * 1_000;
  return untilMs > nowMs ? untilMs : undefined;
}

/** 403 for what a hold or the bucket's retention policy keeps from being deleted or replaced. */
export function requireRemovable(bucket: BucketRecord, object: ObjectRecord, nowMs: number): void {
  const { name, attributes } = object;
  const hold = attributes.temporaryHold
    ? 'Temporary'
    : attributes.eventBasedHold
      ? 'Event-Based'
      : undefined;
  if (hold)
    throw new CloudError(
      403,
      'forbidden',
      `Object '${bucket.name}/${name}' is under active ${hold} hold and cannot be deleted, overwritten or archived until hold is removed.`,
    );
  const untilMs = retainedUntilMs(bucket, object, nowMs);
  if (untilMs !== undefined)
    throw new CloudError(
      403,
      'retentionPolicyNotMet',
      `Object '${bucket.name}/${name}' is subject to bucket's retention policy or object retention and cannot be deleted or overwritten until ${new Date(untilMs).toISOString()}`,
    );
}
