import { type Problem, ProblemError } from '@outhaul/api-client';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { count, plain, when } from '../plain-text.js';
import { type Session } from '../session.js';

interface Grant {
  readonly resource: {
    readonly kind: string;
    readonly project?: string;
    readonly dataset?: string;
    readonly bucket?: string;
  };
  readonly role: string;
  readonly member: string;
  readonly condition?: string;
  readonly gives: readonly string[];
  readonly lastExportAt?: string;
  readonly unused?: boolean;
  readonly removeBy: string;
}

interface Review {
  readonly grants: readonly Grant[];
  readonly unread: readonly Grant['resource'][];
}

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
  const review = await fetchReview(session);
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

const nameOf = ({ kind, project, dataset, bucket }: Grant['resource']): string =>
  kind === 'bucket'
    ? `gs://${bucket}`
    : kind === 'dataset'
      ? `${project}.${dataset}`
      : (project ?? kind);

/** A cell that a spreadsheet takes for text, whatever it begins with. */
const csvCell = (text: string): string => {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};

async function fetchReview({ server, token, fetch }: Session): Promise<Review> {
  const bearer = await token();
  const answer = await fetch(`${server}/api/v1/access`, {
    headers: bearer ? { Authorization: `Bearer ${bearer}` } : {},
  });
  if (answer.ok) return (await answer.json()) as Review;
  const problem = (await answer.json().catch(() => undefined)) as Problem | undefined;
  if (problem?.code) throw new ProblemError(problem);
  throw new CommandFailure(exitCodes.failure, `The service answered ${answer.status}.`);
}
