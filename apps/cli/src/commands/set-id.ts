/** Ids of sets begin with another letter than those of exports. */
export const isSetId = (id: string): boolean => /^s[0-9a-z]{19}$/.test(id);
