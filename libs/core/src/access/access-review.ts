import { type Page, type PageRequest } from '../table.js';
import { type RecordSummary } from '../record.js';

/** One member's role on one resource, as Google's IAM has it. */
export interface AccessBinding {
  readonly role: string;
  /** `user:a@example.com`, `group:…`, `serviceAccount:…`, `domain:…`, `allAuthenticatedUsers`, … */
  readonly member: string;
  /** The condition's title, when the grant has one. */
  readonly condition?: string;
}

export type AccessResource =
  | { readonly kind: 'project'; readonly project: string }
  | { readonly kind: 'dataset'; readonly project: string; readonly dataset: string }
  | { readonly kind: 'bucket'; readonly bucket: string };

/** Policies as one identity sees them; throws AppErrors. */
export interface PolicyReader {
  bindingsOf(resource: AccessResource): Promise<readonly AccessBinding[]>;
}

/** What a grant gives of what an export needs. */
export type AccessPart =
  | 'read data'
  | 'run jobs'
  | 'write files'
  | 'see exports'
  | 'administer'
  /** What the service itself works with: everybody's exports end without it. */
  | 'serve exports'
  | 'unknown';

export interface AccessGrant extends AccessBinding {
  readonly resource: AccessResource;
  readonly gives: readonly AccessPart[];
  /** When this member last began an export that this grant can have served; undefined = never, or a group. */
  readonly lastExportAt?: string;
  /** Nothing for 90 days. Undefined for groups, domains and everybody, whom nobody knows here, and for the service itself. */
  readonly unused?: boolean;
  /** The command that takes it away. */
  readonly removeBy: string;
}

export interface AccessReview {
  readonly grants: readonly AccessGrant[];
  /** Resources whose policy the reviewer may not read. */
  readonly unread: readonly AccessResource[];
}

const day = 24 * 3_600_000;
const unusedAfterMs = 90 * day;

const all: readonly AccessPart[] = ['read data', 'run jobs', 'write files', 'administer'];
/** Google's roles that have a part in exports. Custom roles of others are shown too, as `unknown`: only their owner knows them. */
const partsOfRole: Readonly<Record<string, readonly AccessPart[]>> = {
  'roles/owner': all,
  'roles/editor': ['read data', 'run jobs', 'write files'],
  'roles/viewer': ['run jobs'],
  'roles/bigquery.admin': ['read data', 'run jobs', 'administer'],
  'roles/bigquery.dataOwner': ['read data', 'administer'],
  'roles/bigquery.dataEditor': ['read data'],
  'roles/bigquery.dataViewer': ['read data'],
  'roles/bigquery.user': ['run jobs'],
  'roles/bigquery.jobUser': ['run jobs'],
  'roles/storage.admin': ['write files', 'administer'],
  'roles/storage.objectAdmin': ['write files'],
  'roles/storage.objectUser': ['write files'],
  'roles/storage.objectCreator': ['write files'],
  'roles/storage.legacyBucketOwner': ['write files', 'administer'],
  'roles/storage.legacyBucketWriter': ['write files'],
  'roles/storage.legacyBucketReader': ['see exports'],
  OWNER: ['read data', 'administer'],
  WRITER: ['read data'],
  READER: ['read data'],
};
/** What the custom roles of a deployment give, by the last part of their ids (infra/cdktf/src/roles.ts). */
const partsOfOwnRole: Readonly<Record<string, readonly AccessPart[]>> = {
  TableReader: ['read data'],
  TableExporter: ['read data'],
  FilesEngine: ['serve exports'],
  JobWatcher: ['serve exports'],
  Viewer: ['see exports'],
  Exporter: ['write files'],
  Admin: ['see exports', 'administer'],
};

/** A deployment's roles start with its name, without what ids of roles may not hold: `projects/p/roles/acme_exportsViewer`. */
function partsOf(role: string, deployment: string): readonly AccessPart[] {
  const prefix = deployment.replaceAll('-', '_');
  const [, id = ''] = /^(?:projects|organizations)\/[^/]+\/roles\/(.+)$/.exec(role) ?? [];
  const own = id.startsWith(prefix) ? partsIn(partsOfOwnRole, id.slice(prefix.length)) : undefined;
  return own ?? partsIn(partsOfRole, role) ?? (isCustom(role) ? ['unknown'] : []);
}

/** Anyone who may make roles chooses their names: `constructor` is none of ours. */
const partsIn = (
  table: Readonly<Record<string, readonly AccessPart[]>>,
  name: string,
): readonly AccessPart[] | undefined => (Object.hasOwn(table, name) ? table[name] : undefined);

const isCustom = (role: string): boolean => !/^(roles\/|OWNER$|WRITER$|READER$)/.test(role);

/** Reads the policies of all resources; those that have no part in exports are left out. */
export async function reviewAccess(
  resources: readonly AccessResource[],
  policies: PolicyReader,
  exports: (page: PageRequest) => Promise<Page<RecordSummary>>,
  nowMs: number,
  /** The name of the deployment, which its own roles start with. */
  deployment: string,
): Promise<AccessReview> {
  const last = await lastExports(exports);
  const grants: AccessGrant[] = [];
  const unread: AccessResource[] = [];
  for (const resource of resources) {
    const bindings = await policies.bindingsOf(resource).catch(() => undefined);
    if (!bindings) unread.push(resource);
    for (const binding of bindings ?? []) {
      const gives = partsOf(binding.role, deployment);
      if (gives.length === 0) continue;
      grants.push({
        ...binding,
        resource,
        gives,
        ...useOf(binding, resource, last, nowMs),
        removeBy: removalOf(binding, resource),
      });
    }
  }
  return { grants: withoutOwnUse(grants), unread };
}

/** The service's own account begins no exports: to call it unused would have somebody switch the service off. */
function withoutOwnUse(grants: readonly AccessGrant[]): readonly AccessGrant[] {
  const own = new Set(
    grants.filter(({ gives }) => gives.includes('serve exports')).map(({ member }) => member),
  );
  return grants.map((grant) =>
    own.has(grant.member) ? { ...grant, lastExportAt: undefined, unused: undefined } : grant,
  );
}

/** The newest export of each owner, over all and by dataset. */
async function lastExports(exports: (page: PageRequest) => Promise<Page<RecordSummary>>) {
  const last = new Map<string, string>();
  const keep = (key: string, at: string) => {
    if ((last.get(key) ?? '') < at) last.set(key, at);
  };
  let pageToken: string | undefined;
  do {
    const page = await exports({ pageSize: 1_000, pageToken });
    for (const { owner, source, createdAt, reads } of page.items) {
      keep(owner, createdAt);
      for (const each of reads?.split(',') ?? [])
        keep(`${owner} ${each.slice(each.indexOf('.') + 1)}`, createdAt);
      if (source !== 'query') keep(`${owner} ${source.split('.')[0]}`, createdAt);
      else if (reads === undefined) keep(`${owner} *`, createdAt);
    }
    pageToken = page.nextPageToken;
  } while (pageToken);
  return last;
}

function useOf(
  { member }: AccessBinding,
  resource: AccessResource,
  last: ReadonlyMap<string, string>,
  nowMs: number,
): Pick<AccessGrant, 'lastExportAt' | 'unused'> {
  const [, kind, email = ''] = /^(user|serviceAccount):(.+)$/.exec(member) ?? [];
  if (kind === undefined) return {};
  // A query of which no tables are known may have read any dataset, so it counts as a use of each.
  const keys =
    resource.kind === 'dataset' ? [`${email} ${resource.dataset}`, `${email} *`] : [email];
  const lastExportAt = keys
    .map((key) => last.get(key))
    .filter((at) => at !== undefined)
    .toSorted()
    .at(-1);
  return {
    lastExportAt,
    unused: lastExportAt === undefined || nowMs - Date.parse(lastExportAt) > unusedAfterMs,
  };
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function removalOf({ role, member, condition }: AccessBinding, resource: AccessResource): string {
  const rest = `--member=${quote(member)} --role=${quote(role)}${condition === undefined ? '' : ' --all'}`;
  switch (resource.kind) {
    case 'project':
      return `gcloud projects remove-iam-policy-binding ${quote(resource.project)} ${rest}`;
    case 'bucket':
      return `gcloud storage buckets remove-iam-policy-binding ${quote(`gs://${resource.bucket}`)} ${rest}`;
    case 'dataset': {
      const wanted = basicDatasetRoles[role] ?? role;
      const statement = `REVOKE \`${wanted}\` ON SCHEMA \`${resource.project}\`.\`${resource.dataset}\` FROM "${member}"`;
      return `bq query --use_legacy_sql=false ${quote(statement)}`;
    }
  }
}

const basicDatasetRoles: Readonly<Record<string, string>> = {
  OWNER: 'roles/bigquery.dataOwner',
  WRITER: 'roles/bigquery.dataEditor',
  READER: 'roles/bigquery.dataViewer',
};

/** As CSV, for spreadsheets: cells that look like formulas are made texts. */
export function accessAsCsv({ grants }: AccessReview): string {
  const rows = grants.map((grant) => [
    grant.member,
    nameOf(grant.resource),
    grant.role,
    grant.condition ?? '',
    grant.gives.join('; '),
    grant.lastExportAt ?? '',
    grant.unused === undefined ? '' : String(grant.unused),
    grant.removeBy,
  ]);
  const head = [
    'member',
    'resource',
    'role',
    'condition',
    'gives',
    'last export',
    'unused for 90 days',
    'remove by',
  ];
  return [head, ...rows].map((row) => `${row.map(toCell).join(',')}\r\n`).join('');
}

const nameOf = (resource: AccessResource): string =>
  resource.kind === 'project'
    ? `projects/${resource.project}`
    : resource.kind === 'bucket'
      ? `gs://${resource.bucket}`
      : `${resource.project}.${resource.dataset}`;

function toCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
