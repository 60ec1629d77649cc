import { type AccessReview, unwrap } from '@outhaul/api-client';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { count, plain, when } from '../plain-text.js';
import { type Session } from '../session.js';

type Grant = AccessReview['grants'][number];

export interface AccessOptions {
  readonly unused?: boolean;
  readonly csv?: boolean;
}

/** `outhaul access review`: who may export what, when each last did, and the command that takes a grant away. */
export async function reviewAccess(
  session: Session,
  what: string,
  options: AccessOptions,
): Promise<void> {
  const { output } = session;
  if (what !== 'review')
    throw new CommandFailure(
      exitCodes.usage,
      `There is no outhaul access ${what}.`,
      'outhaul access review',
    );
  const review = (await unwrap(session.client.GET('/api/v1/access'))) as AccessReview;
  const grants = review.grants.filter(({ unused }) => !options.unused || unused === true);
  if (output.options.json) {
    for (const grant of grants) output.json(grant);
  } else if (options.csv) {
    output.line(columns.map(({ title }) => title).join(','));
    for (const grant of grants)
      output.line(columns.map(({ value }) => csvCell(value(grant))).join(','));
  } else {
    output.list(grants, columns, 'No grant of that kind.');
  }
  for (const resource of review.unread)
    output.note(`! the policy of ${plain(nameOf(resource))} may not be read by you: not reviewed`);
  const unused = review.grants.filter((grant) => grant.unused === true).length;
  if (unused > 0)
    output.note(`${count(unused)} of ${count(review.grants.length)} unused for 90 days.`);
}

const columns = [
  { title: 'resource', value: ({ resource }: Grant) => nameOf(resource) },
  { title: 'member', value: ({ member }: Grant) => member },
  { title: 'role', value: ({ role }: Grant) => role },
  { title: 'gives', value: ({ gives }: Grant) => gives.join(', ') },
  {
    title: 'last export',
    value: ({ lastExportAt, unused }: Grant) =>
      lastExportAt ? when(lastExportAt) : unused === undefined ? 'not known' : 'never',
  },
  {
    title: 'unused',
    value: ({ unused }: Grant) => (unused === undefined ? '' : unused ? 'yes' : 'no'),
  },
  { title: 'remove by', value: ({ removeBy }: Grant) => removeBy },
];

function nameOf(resource: Grant['resource']): string {
  switch (resource.kind) {
    case 'bucket':
      return `gs://${resource.bucket}`;
    case 'dataset':
      return `${resource.project}.${resource.dataset}`;
    case 'project':
      return resource.project;
  }
}

/** A cell that a spreadsheet takes for text, whatever it begins with. */
const csvCell = (text: string): string => {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};
