import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One package as the lockfile has it. */
interface Locked {
  readonly license?: string;
  readonly link?: boolean;
}

const { packages } = JSON.parse(readFileSync(join(__dirname, '../package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};
const installed = Object.entries(packages).filter(
  ([path, { link }]) => path.startsWith('node_modules/') && !link,
);

/** Licenses under which others’ work may go into the product; a new one is a decision, and this is where it is seen. */
const accepted: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  // The console’s font.
  'OFL-1.1',
  'Public Domain',
  'Python-2.0',
  'Unlicense',
  'Zlib',
  // Of single files, which are used as they are.
  'MPL-2.0',
  // Data of browsers, with attribution.
  'CC-BY-4.0',
];

/** Packages of which the lockfile says too little, with what their own license file says. */
const read: Readonly<Record<string, string>> = {
  'node_modules/busboy': 'MIT',
  'node_modules/streamsearch': 'MIT',
  'node_modules/url-template': 'BSD-3-Clause',
};

/** Of `A OR B` one is enough, of `A AND B` both are needed. */
const isAccepted = (license: string): boolean =>
  license
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((each) => accepted.includes(each)));

const licenseOf = ([path, { license }]: readonly [string, Locked]): string =>
  read[path] ?? license ?? 'none';

it('knows the license of every package that is installed', () => {
  expect(installed.length).toBeGreaterThan(500);
  const refused = installed
    .filter((each) => !isAccepted(licenseOf(each)))
    .map((each) => `${each[0]}: ${licenseOf(each)}`);
  expect(refused).toEqual([]);
});

it('keeps no license on its lists that no package has', () => {
  const used = installed.flatMap((each) =>
    licenseOf(each)
      .replace(/[()]/g, '')
      .split(/ OR | AND /),
  );
  expect(accepted.filter((license) => !used.includes(license))).toEqual([]);
  expect(
    Object.keys(read).filter(
      (path) => packages[path]?.license !== undefined && isAccepted(packages[path].license ?? ''),
    ),
  ).toEqual([]);
});

it.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0-or-later)', true],
  ['Apache-2.0 AND MIT', true],
  ['MIT AND GPL-3.0-or-later', false],
  ['AGPL-3.0-only', false],
  ['none', false],
])('takes %s for acceptable: %s', (license, expected) => {
  expect(isAccepted(license)).toBe(expected);
});
