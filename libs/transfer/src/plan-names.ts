import { basename, dirname, join } from 'node:path';

/** Where a file lies on the disk. */
export interface FilePlace {
  readonly path: string;
  /** The folder of the path. */
  readonly folder: string;
  /** What the path ends with. */
  readonly base: string;
}

/** Where an object's bytes go, or why they may not. */
export type PlannedName =
  | ({ readonly name: string; readonly relative: string } & FilePlace)
  | { readonly name: string; readonly refusal: string };

const reservedOnWindows = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
const longestPart = 240;
/** What most names are like. */
const plainPart = /^\w[\w.=-]*\w$/;

/**
 * Gives each object a path below the folder. A part that is unsafe somewhere is written with `%XX` for its odd bytes,
 * which is reversible; what cannot be made safe, or would collide with another name on a disk that ignores case or
 * Unicode form, is refused by name.
 */
export function planNames(names: readonly string[], folder: string): PlannedName[] {
  const taken = new Map<string, string>();
  const folders = new Set<string>();
  const [root, inFolder] = [join(folder), join(folder, 'x').slice(0, -1)];
  const planned = names.map((name): PlannedName => {
    if (isPlain(name) && name.length <= longestPart)
      return { name, relative: name, path: inFolder + name, folder: root, base: name };
    const parts = name.split('/');
    const fault = faultOf(name, parts);
    if (fault) return { name, refusal: fault };
    const safe = parts.map(safePart);
    const path = join(folder, ...safe);
    return { name, relative: safe.join('/'), path, folder: dirname(path), base: basename(path) };
  });
  for (const each of planned) {
    if ('refusal' in each || !each.relative.includes('/')) continue;
    const parts = each.relative.split('/');
    for (let depth = 1; depth < parts.length; depth += 1)
      folders.add(foldName(parts.slice(0, depth).join('/')));
  }
  return planned.map((each): PlannedName => {
    if ('refusal' in each) return each;
    const key = foldName(each.relative);
    const other = taken.get(key);
    if (other !== undefined)
      return {
        name: each.name,
        refusal: `its name differs from ${showName(other)} only by case or Unicode form`,
      };
    if (folders.has(key))
      return { name: each.name, refusal: 'its name is also a folder of other files' };
    taken.set(key, each.name);
    return each;
  });
}

function faultOf(name: string, parts: readonly string[]): string | undefined {
  if (name === '') return 'its name is empty';
  if (name.includes('\0')) return 'its name holds a NUL character';
  if (parts.some((part) => part === '..')) return 'its name would leave the folder';
  if (parts.some((part) => part === '' || part === '.')) return 'its name has an empty part';
  if (parts.some((part) => foldName(part).startsWith('.outhaul')))
    return 'its name is one that the transfer uses itself';
  if (parts.some((part) => Buffer.byteLength(safePart(part)) > longestPart))
    return `a part of its name is longer than ${longestPart} bytes`;
  return undefined;
}

/** Whether nothing in it could be taken amiss anywhere. */
const isPlain = (part: string): boolean => plainPart.test(part) && !reservedOnWindows.test(part);

/** Percent-encodes what a file system or a terminal may take amiss: controls, bidi marks, `\:*?"<>|`, `%` itself. */
function safePart(part: string): string {
  if (isPlain(part)) return part;
  let safe = part.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\\:*?"<>|%]/gu, encode);
  if (/^[-~]/.test(safe)) safe = encode(safe[0] as string) + safe.slice(1);
  if (/[. ]$/.test(safe)) safe = safe.slice(0, -1) + encode(safe.at(-1) as string);
  if (reservedOnWindows.test(safe)) safe = encode(safe[0] as string) + safe.slice(1);
  return safe;
}

const encode = (text: string): string =>
  Array.from(
    Buffer.from(text),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');

const foldName = (name: string): string =>
  plainPart.test(name)
    ? name.toLowerCase()
    : name.normalize('NFKC').toLowerCase().normalize('NFKC');

/** A name as it may be shown: nothing in it moves a cursor or hides. */
export const showName = (name: string): string =>
  name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, encode).slice(0, 300);
