import { type PolicyReader } from './access/access-review.js';
import { type Permission } from './access/permissions.js';
import { type Role } from './access/roles.js';
import { type Origin } from './audit/audit-event.js';
import { type Warehouse } from './ports/warehouse.js';

/** Whoever calls: their name, what they may do here, and BigQuery with their own identity. */
export interface Caller {
  readonly email: string;
  readonly permissions: ReadonlySet<Permission>;
  readonly warehouse: Warehouse;
  /** IAM policies with their own identity. */
  readonly policies?: PolicyReader;
  /** As the issuer of their sign-in writes it. */
  readonly name?: string;
  readonly role?: Role;
  /** When what they have shown ends, RFC 3339. */
  readonly expiresAt?: string;
  /** Where this request of theirs came from; for the audit only. */
  readonly origin?: Origin;
}
