import { ProblemError } from '@outhaul/api-client';
import { type Session } from '../session.js';

/** A dataset, or a table in it, as somebody has written it. */
export interface WrittenName {
  readonly project?: string;
  readonly dataset: string;
  readonly table?: string;
}

const codes = ['dataset-not-found', 'table-not-found'];

/** Does the `work`; when the name is not there, the refusal says which one was meant, of those that the caller may see. */
export async function withDidYouMean<T>(
  session: Session,
  name: WrittenName,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ProblemError) || !codes.includes(error.problem.code)) throw error;
    const meant = error.problem.fix ?? (await hint(session, name));
    throw meant ? new ProblemError({ ...error.problem, fix: meant }) : error;
  }
}

/** A hint that cannot be had is none. */
async function hint(session: Session, name: WrittenName): Promise<string | undefined> {
  const { nearestName } = await import('./nearest-name.js');
  const meant = await nearestName(session, name).catch(() => undefined);
  if (meant === undefined) return undefined;
  const written = [name.project, name.dataset, name.table].filter((part) => part !== undefined);
  return meant === written.join('.')
    ? 'It is listed, so it is there: you may not read it.'
    : `Did you mean ${meant}?`;
}
