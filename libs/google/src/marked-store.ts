import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError, type Versioned, type VersionedStore } from '@outhaul/core';

/** Whose states are read, and the key that only they hold. */
export interface OwnMark {
  readonly owner: string;
  readonly key: string;
}

/**
 * A store whose states bear a mark that only whoever holds the key can make. Where others may write, too, nobody else can
 * change what will be done next: a state with another mark, or none, is not read.
 */
export function markedStore<T extends { readonly id: string; readonly owner: string }, S>(
  store: VersionedStore<T, S>,
  { owner, key }: OwnMark,
): VersionedStore<T, S> {
  const markOf = (text: string): string => createHmac('sha256', key).update(text).digest('base64');
  const mark = (value: T): T => ({ ...value, mark: markOf(JSON.stringify(value)) });
  const unmark = ({ value, version }: Versioned<T>): Versioned<T> => {
    const { mark: found, ...rest } = value as T & { readonly mark?: unknown };
    const wanted = Buffer.from(markOf(JSON.stringify(rest)));
    const given = Buffer.from(typeof found === 'string' ? found : '');
    if (wanted.length === given.length && timingSafeEqual(wanted, given))
      return { value: rest as unknown as T, version };
    // What is another's is not there, as it is everywhere.
    if (value.owner !== owner)
      throw new AppError('export-not-found', `There is no ${value.id}.`, { resource: value.id });
    throw new AppError(
      'record-unreadable',
      `The record of ${value.id} does not bear your key's mark: it was written elsewhere, or somebody has changed it.`,
      { resource: value.id },
    );
  };
  return {
    create: async (value) => unmark(await store.create(mark(value))),
    replace: async (value, version) => unmark(await store.replace(mark(value), version)),
    read: async (id) => unmark(await store.read(id)),
    restMs: (id) => store.restMs(id),
    remove: (id) => store.remove(id),
    list: (page) => store.list(page),
  };
}
