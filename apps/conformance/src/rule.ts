/** A test that fails when the rule is broken: a spec and the part of its source that names the test. */
export interface NamedTest {
  readonly file: string;
  readonly title: string;
}

/** A rule of Google's that Outhaul rests on, where it is proved here, and how it is asked there. */
export interface Rule {
  readonly rule: string;
  /** What Outhaul does because of it. */
  readonly so: string;
  readonly tests: readonly NamedTest[];
  /** Ids of probes; empty where a project and a bucket are not enough to ask. */
  readonly probes: readonly string[];
}

export const test = (file: string, title: string): NamedTest => ({ file, title });
export const inBigQuery = (file: string, title: string) =>
  test(`libs/local-cloud/src/bigquery/${file}`, title);
export const inCore = (file: string, title: string) => test(`libs/core/src/${file}`, title);
