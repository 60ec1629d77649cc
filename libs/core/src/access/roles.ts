import { type Permission, permissions } from './permissions.js';

export const roles = ['viewer', 'exporter', 'admin'] as const;
export type Role = (typeof roles)[number];

/** What each role may do with this service. */
export const rolePermissions: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: ['catalog.read', 'exports.read', 'exports.download'],
  exporter: ['catalog.read', 'exports.read', 'exports.download', 'exports.plan', 'exports.create'],
  admin: permissions,
};

/**
 * The IAM permission on the files bucket that makes somebody a member of a role. Writing and deleting files is what an
 * export needs there anyway; whoever may set the bucket's policy could give themselves every file, so admin adds nothing
 * to them. None of the three reads a file: files are handed out by this service alone.
 */
export const roleMarkers: Readonly<Record<Role, string>> = {
  viewer: 'storage.buckets.get',
  exporter: 'storage.objects.create',
  admin: 'storage.buckets.setIamPolicy',
};

/**
 * The role over all files buckets: that of the first one, where admin is only who is admin of every one. Admins see and
 * manage the exports of everyone, whichever bucket they lie in.
 */
export async function roleOverBuckets(
  [first = '', ...others]: readonly string[],
  heldOn: (bucket: string) => Promise<readonly string[]>,
): Promise<Role | undefined> {
  const held = await heldOn(first);
  if (roleOf(held) !== 'admin') return roleOf(held);
  const elsewhere = await Promise.all(others.map(heldOn));
  const isEverywhere = elsewhere.every((each) => each.includes(roleMarkers.admin));
  return roleOf(isEverywhere ? held : held.filter((marker) => marker !== roleMarkers.admin));
}

/** The strongest role whose marker is among the permissions held on the files bucket. */
export const roleOf = (held: readonly string[]): Role | undefined =>
  roles.toReversed().find((role) => held.includes(roleMarkers[role]));
