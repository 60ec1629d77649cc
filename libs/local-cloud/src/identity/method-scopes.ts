import { CloudError } from '../http/cloud-error.js';
import { type Route } from '../http/route.js';

const auth = 'https://www.googleapis.com/auth';
const cloud = `${auth}/cloud-platform`;
const cloudReader = `${auth}/cloud-platform.read-only`;
const storageWriters = [`${auth}/devstorage.full_control`, `${auth}/devstorage.read_write`];
const reads = /\.(?:get|list|getIamPolicy|testIamPermissions|query|getQueryResults|getRest)(?: |$)/;

/**
 * The OAuth scopes of which a token needs one for a method, as the discovery documents of the APIs list them; undefined
 * where any token will do.
 */
export function scopesOf({ service, operation }: Route): readonly string[] | undefined {
  const isRead = reads.test(operation);
  if (operation.startsWith('cloudresourcemanager.')) return isRead ? [cloud, cloudReader] : [cloud];
  if (operation.startsWith('datacatalog.')) return [cloud];
  if (operation.startsWith('bigquery.')) {
    const either = [cloud, `${auth}/bigquery`];
    if (isRead) return [...either, cloudReader, `${auth}/bigquery.readonly`];
    if (operation === 'bigquery.tabledata.insertAll')
      return [...either, `${auth}/bigquery.insertdata`];
    return operation === 'bigquery.jobs.insert' ? [...either, ...storageWriters] : either;
  }
  if (operation.startsWith('storage.'))
    return isRead
      ? [cloud, cloudReader, ...storageWriters, `${auth}/devstorage.read_only`]
      : [cloud, ...storageWriters];
  if (service === 'kms') return [cloud, `${auth}/cloudkms`];
  return service === 'tasks' ? [cloud, `${auth}/cloud-tasks`] : undefined;
}

/** Throws Google's 403 for a token whose scopes do not reach so far. One without any, a JWT that signs itself, is not held to them. */
export function requireScope(route: Route, held: readonly string[]): void {
  const needed = scopesOf(route);
  if (!needed || held.length === 0 || needed.some((scope) => held.includes(scope))) return;
  throw new CloudError(
    403,
    'insufficientPermissions',
    'Request had insufficient authentication scopes.',
    {
      headers: {
        'www-authenticate': `Bearer realm="https://accounts.google.com/", error="insufficient_scope", scope="${needed.join(' ')}"`,
      },
    },
  );
}
