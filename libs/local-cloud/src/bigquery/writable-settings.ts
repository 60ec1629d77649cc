import { CloudError } from '../http/cloud-error.js';
import { type CloudRequest } from '../http/route.js';
import { mergeLabels } from './labels.js';

const writable = {
  dataset: [
    'friendlyName',
    'description',
    'labels',
    'access',
    'defaultTableExpirationMs',
    'defaultPartitionExpirationMs',
    'defaultCollation',
    'defaultRoundingMode',
    'maxTimeTravelHours',
    'storageBillingModel',
    'isCaseInsensitive',
    'resourceTags',
  ],
  table: [
    'friendlyName',
    'description',
    'labels',
    'expirationTime',
    'timePartitioning',
    'rangePartitioning',
    'clustering',
    'requirePartitionFilter',
    'view',
    'materializedView',
    'externalDataConfiguration',
    'defaultCollation',
    'defaultRoundingMode',
    'maxStaleness',
    'resourceTags',
    'tableConstraints',
    'biglakeConfiguration',
  ],
} as const;

type Settings = Readonly<Record<string, unknown>>;

/**
 * The writable properties of a resource. Over `before` (a patch) missing ones stay, null removes one, and labels are
 * merged. Output-only properties are passed over, as BigQuery does.
 */
export function readSettings(
  kind: keyof typeof writable,
  body: Settings,
  before: Settings = {},
): Record<string, unknown> {
  const settings = new Map(Object.entries(before));
  for (const name of writable[kind]) {
    const value = body[name];
    if (value === null) settings.delete(name);
    else if (value !== undefined)
      settings.set(name, name === 'labels' ? mergeLabels(before['labels'], value) : value);
  }
  return Object.fromEntries(settings);
}

/** Labels of a kept resource. */
export const readLabels = (settings: Settings): Readonly<Record<string, string>> =>
  (settings['labels'] ?? {}) as Record<string, string>;

/** 412 when the client's `If-Match` is not the current etag. */
export function requireEtag(request: CloudRequest, etag: string): void {
  const expected = request.headers['if-match'];
  if (expected !== undefined && expected !== '*' && expected !== etag)
    throw new CloudError(412, 'conditionNotMet', 'Precondition check failed.');
}
