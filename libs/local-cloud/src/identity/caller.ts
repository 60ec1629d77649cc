/** Who makes a request, and what they may do. */
export interface Caller {
  /** E-mail address, or `anonymous`. */
  readonly email: string;
  /** Whether this caller holds `permission` on `resource`. Always true in open mode (no `--enforce`). Every question is recorded. */
  can(permission: string, resource: ResourceName): boolean;
  /** Throws Google's 403 (`accessDenied` for BigQuery, `forbidden` for Storage) or 401 for anonymous callers when enforcing. */
  require(permission: string, resource: ResourceName): void;
}

/**
 * A resource in IAM's form. Permissions inherit downwards: project → dataset → table → column, project → bucket → object.
 * `projects/P`, `projects/P/datasets/D`, `projects/P/datasets/D/tables/T`, `projects/P/policyTags/TAG`,
 * `buckets/B`, `buckets/B/objects/NAME`, `serviceAccounts/EMAIL`.
 */
export type ResourceName = string;
