import { invalid } from './bigquery-errors.js';
import { type Binding, parseBinding } from '../identity/iam-binding.js';

/** One entry of a dataset's `access`. */
export type AccessEntry = Readonly<Record<string, unknown>>;

/** The dataset's short role names, and IAM's. */
const shortRoles: Readonly<Record<string, string>> = {
  READER: 'roles/bigquery.dataViewer',
  WRITER: 'roles/bigquery.dataEditor',
  OWNER: 'roles/bigquery.dataOwner',
};
const specialGroups: Readonly<Record<string, string>> = {
  projectOwners: 'projectOwner',
  projectWriters: 'projectEditor',
  projectReaders: 'projectViewer',
};

/** Entries that let views, routines and datasets read: they are no bindings. */
const isAuthorization = (entry: AccessEntry): boolean =>
  ['view', 'routine', 'dataset'].some((kind) => entry[kind] !== undefined);

/** What BigQuery gives a new dataset: the project's people by their basic roles, and its creator. */
export const usualAccess = (creator: string): AccessEntry[] => [
  { role: 'WRITER', specialGroup: 'projectWriters' },
  { role: 'OWNER', specialGroup: 'projectOwners' },
  ...(creator === 'anonymous' ? [] : [{ role: 'OWNER', userByEmail: creator }]),
  { role: 'READER', specialGroup: 'projectReaders' },
];

/** Splits an access list into the bindings on the dataset and the authorizations of views and the like; 400 when it is none. */
export function readAccess(
  value: unknown,
  projectId: string,
  resource: string,
): { readonly bindings: readonly Binding[]; readonly authorizations: readonly AccessEntry[] } {
  if (!Array.isArray(value)) throw invalid('Invalid value for access');
  const entries = value as readonly AccessEntry[];
  const bindings = entries
    .filter((entry) => !isAuthorization(entry))
    .map((entry) => {
      const role = String(entry['role']);
      const binding = {
        role: shortRoles[role] ?? role,
        members: [memberOf(entry, projectId)],
        condition: entry['condition'],
      };
      return parseBinding(binding, resource);
    });
  return { bindings, authorizations: entries.filter(isAuthorization) };
}

/** The access list of a dataset's bindings and authorizations. */
export function writeAccess(
  bindings: readonly Binding[],
  authorizations: readonly AccessEntry[],
): AccessEntry[] {
  const roleNames = new Map(Object.entries(shortRoles).map(([short, role]) => [role, short]));
  return [
    ...bindings.flatMap(({ role, members, condition }) =>
      members.map((member) => ({
        role: roleNames.get(role) ?? role,
        ...entryOf(member),
        ...(condition ? { condition } : {}),
      })),
    ),
    ...authorizations,
  ];
}

function memberOf(entry: AccessEntry, projectId: string): string {
  const { userByEmail, groupByEmail, domain, specialGroup, iamMember } = entry;
  if (typeof userByEmail === 'string')
    return `${userByEmail.endsWith('.gserviceaccount.com') ? 'serviceAccount' : 'user'}:${userByEmail}`;
  if (typeof groupByEmail === 'string') return `group:${groupByEmail}`;
  if (typeof domain === 'string') return `domain:${domain}`;
  if (typeof iamMember === 'string') return iamMember;
  if (specialGroup === 'allAuthenticatedUsers') return specialGroup;
  const basicRole = specialGroups[String(specialGroup)];
  if (!basicRole) throw invalid(`Invalid access entry: ${JSON.stringify(entry).slice(0, 200)}`);
  return `${basicRole}:${projectId}`;
}

function entryOf(member: string): AccessEntry {
  const [, kind, who = member] =
    /^(user|serviceAccount|group|domain|projectOwner|projectEditor|projectViewer):(.+)$/.exec(
      member,
    ) ?? [];
  switch (kind) {
    case 'group':
      return { groupByEmail: who };
    case 'domain':
      return { domain: who };
    case 'projectOwner':
    case 'projectEditor':
    case 'projectViewer':
      return {
        specialGroup: Object.keys(specialGroups).find((name) => specialGroups[name] === kind),
      };
    case undefined:
      if (member === 'allAuthenticatedUsers') return { specialGroup: member };
      return member.includes('@') ? { userByEmail: member } : { iamMember: member };
    default:
      return { userByEmail: who };
  }
}
