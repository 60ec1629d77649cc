import { AppError } from '../errors.js';
import { type BucketFacts } from '../ports/file-store.js';
import { type PlanWarning } from './plan.js';

const daySeconds = 86_400;

/**
 * Refuses a bucket in which nothing can be deleted or replaced: BigQuery replaces files while it exports
 * (https://cloud.google.com/bigquery/docs/exporting-data#export_limitations), and parts are deleted when they are joined.
 */
export function refuseRetention(bucket: string, facts: BucketFacts): void {
  if (facts.retentionSeconds !== undefined)
    throw refuse(
      bucket,
      `has a retention policy: no object can be deleted or replaced for ${lengthOf(facts.retentionSeconds)}, but an export does both`,
      facts.isRetentionLocked
        ? 'The policy is locked: use another bucket.'
        : `Use another bucket, or remove the policy: gcloud storage buckets update gs://${bucket} --clear-retention-period`,
    );
  if (facts.holdsObjects)
    throw refuse(
      bucket,
      'places a hold on each new object: none can be deleted or replaced until it is released, but an export does both',
      `Use another bucket, or end it for new objects: gcloud storage buckets update gs://${bucket} --no-default-event-based-hold`,
    );
}

const refuse = (bucket: string, why: string, fix: string): AppError =>
  new AppError('request-invalid', `Bucket ${bucket} ${why}.`, {
    field: 'bucket',
    resource: bucket,
    fix,
  });

/** What is deleted or replaced on the way to the finished files is kept and billed. */
export const softDeleteWarnings = (bucket: string, seconds: number | undefined): PlanWarning[] =>
  seconds === undefined
    ? []
    : [
        {
          code: 'soft-delete',
          message: `Bucket ${bucket} keeps what is deleted or replaced for ${lengthOf(seconds)}: parts of files, and what BigQuery replaces while it exports, are billed for that long.`,
          fix: `gcloud storage buckets update gs://${bucket} --clear-soft-delete`,
        },
      ];

function lengthOf(seconds: number): string {
  if (seconds < daySeconds) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const days = Math.round(seconds / daySeconds);
  return days === 1 ? '1 day' : `${days} days`;
}
