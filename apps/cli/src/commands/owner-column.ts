import { type Column } from '../output.js';

/** Whose each is, where those of others are asked for. */
export const ownerColumn = <T extends { readonly owner: string }>(
  asked: string | undefined,
): Column<T>[] => (asked === undefined ? [] : [{ title: 'owner', value: (each) => each.owner }]);
