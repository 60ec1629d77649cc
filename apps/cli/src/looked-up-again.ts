const lookAgainMs = 4 * 60_000;

/**
 * Keeps what was found for a while: a command that watches for hours must not go on with a token that has ended. What
 * could not be found is looked up anew.
 */
export function lookedUpAgain<T>(look: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  let foundAt = 0;
  const find = async (): Promise<T> => {
    try {
      return await look();
    } catch (error) {
      found = undefined;
      throw error;
    }
  };
  return () => {
    if (!found || Date.now() - foundAt > lookAgainMs) {
      foundAt = Date.now();
      found = find();
    }
    return found;
  };
}
