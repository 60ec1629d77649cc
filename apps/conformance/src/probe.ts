import { type World } from './world.js';

/** One question to Google, small enough that its answer needs no interpretation. */
export interface Probe {
  /** `area.name`; what `--only` takes. */
  readonly id: string;
  readonly question: string;
  /** Which behavior of Outhaul rests on the answer. */
  readonly why: string;
  /** Where the code would change if Google answered otherwise. */
  readonly where: string;
  /** Google's page that says so; undefined where none does. */
  readonly source?: string;
  /** What Google is expected to answer; several where Outhaul is right under each. */
  readonly expected: readonly string[];
  /** What the question needs beyond a project and a bucket. */
  readonly needs?: readonly Need[];
  ask(world: World): Promise<Got>;
}

export type Need = 'impersonate' | 'reader-role' | 'queue' | 'service-url' | 'revocable-tokens';

export interface Got {
  readonly answer: string;
  /** Google's own words, where it gave some. */
  readonly message?: string;
}

export type Verdict = 'pass' | 'differs' | 'not asked';

export interface Result {
  readonly id: string;
  readonly verdict: Verdict;
  readonly expected: readonly string[];
  readonly got: string;
  readonly message?: string;
  readonly tookMs: number;
}

export interface Area {
  readonly name: string;
  readonly title: string;
  readonly probes: readonly Probe[];
}
