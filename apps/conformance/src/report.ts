import { type Area, type Result } from './probe.js';

export interface Facts {
  readonly target: string;
  readonly startedAt: string;
  readonly location: string;
  readonly cost: { readonly queries: number; readonly billedBytes: number; readonly usd: number };
  readonly cleanedUpAfter: number;
}

/** What names the person's own things; none of it is needed to understand an answer. */
export interface Names {
  readonly project: string;
  readonly bucket: string;
}

/** Takes out what a bug report must not hold: tokens, e-mail addresses, the project and the bucket. */
export function withoutNames(text: string, { project, bucket }: Names): string {
  const named = [bucket, project]
    .filter(Boolean)
    .sort((a, b) => b.length - a.length)
    .reduce((rest, name) => rest.replaceAll(name, name === bucket ? 'BUCKET' : 'PROJECT'), text);
  return named
    .replace(/ya29\.[\w.-]+|eyJ[\w-]+\.[\w.-]+/g, 'TOKEN')
    .replace(/[\w.+-]+@[\w-]+\.[\w.-]*\w/g, 'EMAIL');
}

export function toJson(
  areas: readonly Area[],
  results: readonly Result[],
  facts: Facts,
  names: Names,
) {
  const byId = new Map(results.map((result) => [result.id, result]));
  return {
    version: 1,
    ...facts,
    totals: totalsOf(results),
    probes: areas.flatMap((area) =>
      area.probes.flatMap(({ id, question, why, where, source }) => {
        const result = byId.get(id);
        if (!result) return [];
        const { verdict, expected, got, message, tookMs } = result;
        const hide = (text: string): string => withoutNames(text, names);
        return [
          {
            ...{ id, question, why, where, source, verdict, expected, tookMs },
            got: hide(got),
            ...(message === undefined ? {} : { message: hide(message) }),
          },
        ];
      }),
    ),
  };
}

export const totalsOf = (results: readonly Result[]) => ({
  pass: results.filter(({ verdict }) => verdict === 'pass').length,
  differs: results.filter(({ verdict }) => verdict === 'differs').length,
  notAsked: results.filter(({ verdict }) => verdict === 'not asked').length,
});

const signs = { pass: 'ok     ', differs: 'DIFFERS', 'not asked': '-      ' } as const;

/** The table for people: one line each, and Google's words below what differs. */
export function toTable(results: readonly Result[], names: Names): string {
  const width = Math.min(40, Math.max(...results.map(({ id }) => id.length), 0));
  return results
    .map(({ id, verdict, expected, got, message }) => {
      const line = `${signs[verdict]} ${id.padEnd(width)}  ${got}`;
      const more =
        verdict === 'differs'
          ? [`          expected: ${expected.join(', or ')}`]
          : expected.length > 1 && verdict === 'pass'
            ? [`          either is right: ${expected.join(', or ')}`]
            : [];
      if (message) more.push(`          Google: ${message.replace(/\s+/g, ' ').slice(0, 300)}`);
      return withoutNames([line, ...more].join('\n'), names);
    })
    .join('\n');
}
