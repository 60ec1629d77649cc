import { type Json } from './json-text.js';
import { QueryFailure } from './native-function.js';

type Step = string | number;

const paths = new Map<string, readonly Step[]>();

/** The steps of a JSONPath: `$.a.b[0]."c d"`, with `['c d']` too. Throws where it is none. */
export function readPath(path: string): readonly Step[] {
  const known = paths.get(path);
  if (known) return known;
  if (!path.startsWith('$')) throw new QueryFailure(`JSONPath must start with '$'`);
  const steps: Step[] = [];
  const pattern =
    /\.(?:"((?:[^"\\]|\\.)*)"|([^.["'\]\s][^.[\]]*))|\[(?:(\d+)|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]/y;
  let at = 1;
  while (at < path.length) {
    pattern.lastIndex = at;
    const match = pattern.exec(path);
    if (!match) throw new QueryFailure(`Invalid token in JSONPath at: ${path.slice(at)}`);
    const [whole, quoted, bare, index, single, double] = match;
    steps.push(
      index === undefined
        ? (quoted ?? bare ?? single ?? double ?? '').replace(/\\(.)/g, '$1')
        : Number(index),
    );
    at += whole.length;
  }
  if (paths.size > 1000) paths.clear();
  paths.set(path, steps);
  return steps;
}

/** What a path leads to; undefined when nothing is there. */
export function follow(value: Json, path: string): Json | undefined {
  let here: Json | undefined = value;
  for (const step of readPath(path)) {
    if (here instanceof Map) here = here.get(String(step));
    else if (Array.isArray(here) && typeof step === 'number') here = here[step];
    else return undefined;
    if (here === undefined) return undefined;
  }
  return here;
}
