const longest = 2_000;

/**
 * The path of this same origin that `wanted` names; `/` for anything else. Browsers read `//host`, `/\host` and control
 * characters as ways to another origin.
 */
export function returnPath(wanted: unknown): string {
  if (typeof wanted !== 'string' || wanted.length > longest) return '/';
  if (!/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(wanted)) return '/';
  const base = 'http://here.invalid';
  if (!URL.canParse(wanted, base)) return '/';
  const { origin, pathname, search, hash } = new URL(wanted, base);
  const path = pathname + search + hash;
  const isPage = origin === base && !/^\/(\/|api\/|auth\/|internal\/)/i.test(path);
  return isPage ? path : '/';
}
