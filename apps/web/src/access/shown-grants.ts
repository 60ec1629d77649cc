import { type AccessReview } from '@outhaul/api-client';

export type AccessGrant = AccessReview['grants'][number];

/** A grant as one row of the list, and the text it is found by. */
export interface ShownGrant {
  readonly grant: AccessGrant;
  /** `user`, `group`, `serviceAccount`, …; empty for `allUsers` and the like. */
  readonly kind: string;
  readonly who: string;
  readonly where: string;
  readonly gives: string;
  readonly foundBy: string;
}

type Resource = AccessReview['unread'][number];

/** `project`, `project.dataset` or `gs://bucket`. */
export function nameOfResource(resource: Resource): string {
  switch (resource.kind) {
    case 'project':
      return resource.project;
    case 'dataset':
      return `${resource.project}.${resource.dataset}`;
    case 'bucket':
      return `gs://${resource.bucket}`;
  }
}

/** The grants as rows, those that nobody used first: they are what a review is for. */
export function showGrants(grants: readonly AccessGrant[]): readonly ShownGrant[] {
  return grants.map(toRow).toSorted((a, b) => rank(a) - rank(b) || compareTexts(a.who, b.who));
}

const rank = ({ grant }: ShownGrant): number => (grant.unused ? 0 : 1);
const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function toRow(grant: AccessGrant): ShownGrant {
  const { groups } = /^(?:(?<kind>[^:]+):)?(?<who>.*)$/.exec(grant.member) ?? {};
  const where = nameOfResource(grant.resource);
  const gives = grant.gives.map(nameOfPart).join(', ');
  return {
    grant,
    kind: groups?.['kind'] ?? '',
    who: groups?.['who'] ?? grant.member,
    where,
    gives,
    foundBy: [grant.member, where, grant.role, grant.condition, gives].join(' ').toLowerCase(),
  };
}

function nameOfPart(part: AccessGrant['gives'][number]): string {
  return {
    'read data': $localize`:@@access.readData:read data`,
    'run jobs': $localize`:@@access.runJobs:run jobs`,
    'write files': $localize`:@@access.writeFiles:write files`,
    'see exports': $localize`:@@access.seeExports:see exports`,
    administer: $localize`:@@access.administer:administer`,
    'serve exports': $localize`:@@access.serveExports:serve everybody’s exports`,
    unknown: $localize`:@@access.unknown:unknown: a custom role`,
  }[part];
}

/** The rows that hold every word of the search. */
export function findGrants(rows: readonly ShownGrant[], search: string): readonly ShownGrant[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length === 0
    ? rows
    : rows.filter(({ foundBy }) => words.every((word) => foundBy.includes(word)));
}
