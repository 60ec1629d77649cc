import { invalid } from './storage-errors.js';
import { type ObjectRecord } from './object-record.js';
import { compareNames } from './sorted-names.js';
import { type BucketState } from './storage-index.js';

export interface ListOptions {
  readonly prefix: string;
  readonly delimiter: string;
  readonly includeTrailingDelimiter: boolean;
  readonly includeFoldersAsPrefixes?: boolean;
  readonly startOffset: string;
  readonly endOffset: string;
  readonly versions: boolean;
  readonly matchGlob?: RegExp;
  readonly maxResults: number;
  readonly pageToken: string | undefined;
}

export interface ListPage {
  readonly items: ObjectRecord[];
  readonly prefixes: string[];
  readonly nextPageToken?: string;
}

/** Most items and prefixes of one page. */
const pageLimit = 1000;

/** One page of a bucket's objects in the order of their names' bytes; items and prefixes share `maxResults`. */
export function listObjects(bucket: BucketState, options: ListOptions): ListPage {
  const { prefix, delimiter } = options;
  const limit = Math.min(options.maxResults, pageLimit);
  const items: ObjectRecord[] = [];
  const prefixes = new Set<string>();
  const resume = options.pageToken === undefined ? undefined : decodePageToken(options.pageToken);
  const from = [prefix, options.startOffset, resume?.name ?? ''].reduce((a, b) =>
    compareNames(a, b) < 0 ? b : a,
  );
  for (let index = bucket.names.firstIndexFrom(from); ;) {
    const name = bucket.names.at(index);
    if (name === undefined || !name.startsWith(prefix)) break;
    if (options.endOffset && compareNames(name, options.endOffset) >= 0) break;
    const folder = folderOf(name, prefix, delimiter);
    const isResumedFolder = folder !== undefined && resume?.after === folder;
    const isItem = folder === undefined || (options.includeTrailingDelimiter && name === folder);
    const versions = bucket.objects.get(name);
    const shown = versions
      ? [
          ...(options.versions ? versions.noncurrent : []),
          ...(versions.live ? [versions.live] : []),
        ]
      : [];
    const matches = !options.matchGlob || options.matchGlob.test(name);
    if (
      folder !== undefined &&
      shown.length > 0 &&
      !prefixes.has(folder) &&
      !isResumedFolder &&
      matches
    ) {
      if (items.length + prefixes.size >= limit)
        return { items, prefixes: [...prefixes], nextPageToken: encodePageToken({ name }) };
      prefixes.add(folder);
    }
    for (const object of isItem && matches ? shown : []) {
      if (resume?.name === name && object.generation <= (resume.generation ?? 0)) continue;
      if (items.length + prefixes.size >= limit) {
        const previous = items.at(-1);
        const generation = previous?.name === name ? previous.generation : undefined;
        const after = folder !== undefined && prefixes.has(folder) ? folder : undefined;
        return {
          items,
          prefixes: [...prefixes],
          nextPageToken: encodePageToken({ name, generation, after }),
        };
      }
      items.push(object);
    }
    // A whole folder is one prefix: go on behind it, unless its own placeholder had to be looked at by itself.
    const skips = folder !== undefined && prefixes.has(folder) && !options.matchGlob;
    index = skips ? indexAfterFolder(bucket, index, folder, options) : index + 1;
  }
  return { items, prefixes: [...prefixes] };
}

function indexAfterFolder(
  bucket: BucketState,
  index: number,
  folder: string,
  options: ListOptions,
): number {
  // The placeholder object `folder/` sorts first, so nothing of the folder is an item after it.
  if (options.includeTrailingDelimiter && bucket.names.at(index) === folder) return index + 1;
  return Math.max(index + 1, bucket.names.firstIndexFrom(lastOf(folder)));
}

/** A string that sorts behind every name that begins with `prefix`. */
const lastOf = (prefix: string): string => `${prefix}\u{10FFFF}\u{10FFFF}`;

function folderOf(name: string, prefix: string, delimiter: string): string | undefined {
  if (!delimiter) return undefined;
  const end = name.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : name.slice(0, end + delimiter.length);
}

interface PageStart {
  readonly name: string;
  /** Versions of `name` up to this one were on an earlier page. */
  readonly generation?: number | undefined;
  /** The folder that an earlier page showed already. */
  readonly after?: string | undefined;
}

const encodePageToken = (start: PageStart): string =>
  Buffer.from(JSON.stringify([start.name, start.generation ?? 0, start.after ?? ''])).toString(
    'base64url',
  );

function decodePageToken(token: string): PageStart {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (!Array.isArray(value)) throw new TypeError('not a page token');
    const [name, generation, after] = value as unknown[];
    if (typeof name !== 'string' || typeof generation !== 'number' || typeof after !== 'string')
      throw new TypeError('not a page token');
    return { name, generation, after };
  } catch {
    throw invalid('Invalid pageToken.', 'invalidParameter');
  }
}

/** Google's `matchGlob`: `*` within a folder, `**` across, `?`, `[…]`, `{a,b}`. */
export function compileGlob(glob: string): RegExp {
  let source = '';
  let depth = 0;
  for (let index = 0; index < glob.length; index++) {
    const character = glob[index] as string;
    if (character === '*' && glob[index + 1] === '*') {
      source += '.*';
      index++;
      if (glob[index + 1] === '/' && source === '.*') {
        source = '(?:.*/)?';
        index++;
      }
    } else if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else if (character === '[') {
      const end = glob.indexOf(']', index + 2);
      if (end < 0) throw invalid(`Invalid matchGlob: ${glob}`, 'invalidParameter');
      const body = glob
        .slice(index + 1, end)
        .replace(/^!/, '^')
        .replace(/\\/g, '\\\\');
      source += `[${body}]`;
      index = end;
    } else if (character === '{') {
      source += '(?:';
      depth++;
    } else if (character === '}' && depth > 0) {
      source += ')';
      depth--;
    } else if (character === ',' && depth > 0) source += '|';
    else source += character.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  }
  if (depth > 0) throw invalid(`Invalid matchGlob: ${glob}`, 'invalidParameter');
  try {
    return new RegExp(`^${source}$`, 'su');
  } catch {
    throw invalid(`Invalid matchGlob: ${glob}`, 'invalidParameter');
  }
}
