import { AppError } from '../errors.js';
import { type Warehouse } from '../ports/warehouse.js';
import { tableName, type TableRef } from '../table.js';

/** A permission that the caller must hold before anything runs. */
interface Need {
  readonly permission: string;
  readonly resource: string;
  readonly fix: string;
}

const rolesFor: Record<string, string> = {
  'bigquery.tables.export': 'roles/bigquery.dataViewer',
  'bigquery.tables.getData': 'roles/bigquery.dataViewer',
  'bigquery.jobs.create': 'roles/bigquery.jobUser',
  'storage.objects.create': 'roles/storage.objectUser',
  'storage.objects.delete': 'roles/storage.objectUser',
};

export interface PreflightQuestion {
  readonly caller: string;
  readonly engine: 'extract' | 'query';
  /** Undefined for a query: its dry run has shown that the caller may read it. */
  readonly table?: TableRef;
  readonly billingProject: string;
  readonly bucket: string;
}

/** Asks Google, as the caller, for every permission the export needs; throws `permission-denied` naming all that are missing. */
export async function preflight(question: PreflightQuestion, warehouse: Warehouse): Promise<void> {
  const { table, billingProject, bucket } = question;
  const onTable = table
    ? [question.engine === 'extract' ? 'bigquery.tables.export' : 'bigquery.tables.getData']
    : [];
  const onBucket = ['storage.objects.create', 'storage.objects.delete'];
  const [tableHeld, projectHeld, bucketHeld] = await Promise.all([
    table ? warehouse.testTablePermissions(table, onTable) : Promise.resolve<readonly string[]>([]),
    warehouse.testProjectPermissions(billingProject, ['bigquery.jobs.create']),
    warehouse.testBucketPermissions(bucket, onBucket),
  ]);
  const member = memberOf(question.caller);
  const missing: Need[] = [
    ...onTable
      .filter((permission) => !tableHeld.includes(permission))
      .map((permission) => ({
        permission,
        resource: table ? tableName(table) : '',
        fix: table
          ? `bq add-iam-policy-binding --member='${member}' --role='${rolesFor[permission]}' '${table.project}:${table.dataset}.${table.table}'`
          : '',
      })),
    ...(projectHeld.includes('bigquery.jobs.create')
      ? []
      : [
          {
            permission: 'bigquery.jobs.create',
            resource: `projects/${billingProject}`,
            fix: `gcloud projects add-iam-policy-binding '${billingProject}' --member='${member}' --role='roles/bigquery.jobUser'`,
          },
        ]),
    ...onBucket
      .filter((permission) => !bucketHeld.includes(permission))
      .map((permission) => ({
        permission,
        resource: `gs://${bucket}`,
        fix: `gcloud storage buckets add-iam-policy-binding 'gs://${bucket}' --member='${member}' --role='${rolesFor[permission]}'`,
      })),
  ];
  const first = missing[0];
  if (!first) return;
  throw new AppError(
    'permission-denied',
    `You lack ${missing.map(({ permission, resource }) => `${permission} on ${resource}`).join(', ')}.`,
    {
      permission: first.permission,
      resource: first.resource,
      fix: [...new Set(missing.map(({ fix }) => fix))].join('\n'),
    },
  );
}

/** How IAM writes whoever has this e-mail address. */
export const memberOf = (email: string): string =>
  `${email.endsWith('.gserviceaccount.com') ? 'serviceAccount' : 'user'}:${email}`;
