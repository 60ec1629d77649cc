import { CloudError } from './cloud-error.js';
import { type Route } from './route.js';

type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string; readonly suffix: string }
  | { readonly kind: 'rest'; readonly name: string };

interface CompiledRoute {
  readonly route: Route;
  readonly segments: readonly Segment[];
  /** Sorts literal segments before verbs (`:name:verb`), parameters and rests, position by position. */
  readonly rank: string;
}

export interface RouteMatch {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds routes by method and raw path; a percent-encoded slash never splits a segment. */
export class RouteTable {
  readonly #routes: readonly CompiledRoute[];

  constructor(readonly routes: readonly Route[]) {
    this.#routes = routes
      .map(compileRoute)
      .sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
  }

  /** The most specific route for a raw (still encoded) path; HEAD falls back to GET. */
  match(method: string, rawPath: string): RouteMatch | undefined {
    const segments = splitPath(rawPath);
    return (
      this.#find(method, segments) ?? (method === 'HEAD' ? this.#find('GET', segments) : undefined)
    );
  }

  /** The methods a raw path answers to. */
  methodsOf(rawPath: string): string[] {
    const segments = splitPath(rawPath);
    const matching = this.#routes.filter((compiled) => matchSegments(compiled.segments, segments));
    const exact = matching.filter((compiled) => compiled.segments.at(-1)?.kind !== 'rest');
    const methods = (exact.length > 0 ? exact : matching).map(({ route }) => route.method);
    return [...new Set<string>(methods)].sort();
  }

  #find(method: string, segments: readonly string[]): RouteMatch | undefined {
    for (const { route, segments: pattern } of this.#routes) {
      if (route.method !== method) continue;
      const params = matchSegments(pattern, segments);
      if (params) return { route, params: decodeParams(params) };
    }
    return undefined;
  }
}

const splitPath = (path: string): string[] => path.replace(/^\//, '').split('/');

function compileRoute(route: Route): CompiledRoute {
  const segments = splitPath(route.path).map(compileSegment);
  const rank = segments
    .map((segment) => {
      if (segment.kind === 'literal') return 'a';
      if (segment.kind === 'rest') return 'd';
      return segment.suffix ? 'b' : 'c';
    })
    .join('');
  return { route, segments, rank };
}

function compileSegment(text: string): Segment {
  if (text.startsWith('*')) return { kind: 'rest', name: text.slice(1) };
  const parameter = /^:([A-Za-z]+)(:[A-Za-z]+)?$/.exec(text);
  if (!parameter?.[1]) return { kind: 'literal', text };
  return { kind: 'parameter', name: parameter[1], suffix: parameter[2] ?? '' };
}

function matchSegments(
  pattern: readonly Segment[],
  segments: readonly string[],
): Record<string, string> | undefined {
  const last = pattern.at(-1);
  const isOpen = last?.kind === 'rest';
  if (isOpen ? segments.length < pattern.length : segments.length !== pattern.length)
    return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of pattern.entries()) {
    const text = segments[index] ?? '';
    if (segment.kind === 'literal') {
      if (segment.text !== text) return undefined;
    } else if (segment.kind === 'rest') {
      params[segment.name] = segments.slice(index).join('/');
    } else {
      const value = stripVerb(text, segment.suffix);
      if (!value) return undefined;
      params[segment.name] = value;
    }
  }
  return params;
}

function stripVerb(text: string, suffix: string): string | undefined {
  if (!suffix) return text;
  for (const ending of [suffix, suffix.replace(':', '%3A')])
    if (text.endsWith(ending)) return text.slice(0, -ending.length);
  return undefined;
}

function decodeParams(params: Record<string, string>): Record<string, string> {
  try {
    return Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
  } catch {
    throw new CloudError(400, 'invalid', 'The path is not valid percent-encoded UTF-8.');
  }
}
