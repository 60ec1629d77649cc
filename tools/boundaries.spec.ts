import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const libs = ['core', 'google', 'transfer', 'api-client', 'local-cloud'] as const;
type Lib = (typeof libs)[number];

/** Who may import which of our libs; every other pair must be refused. */
const allowed: Record<string, readonly Lib[]> = {
  'libs/core/src/x.ts': ['core'],
  'libs/google/src/x.ts': ['core', 'google'],
  'libs/transfer/src/x.ts': ['transfer'],
  'libs/api-client/src/x.ts': ['api-client'],
  'libs/local-cloud/src/x.ts': ['local-cloud'],
  'apps/api/src/x.ts': ['core', 'google'],
  'apps/web/src/x.ts': ['api-client'],
  'apps/cli/src/x.ts': ['api-client', 'transfer', 'core', 'google'],
  'apps/conformance/src/x.ts': ['core', 'google'],
  'infra/cdktf/src/x.ts': [],
  'e2e/src/x.ts': ['api-client', 'local-cloud', 'core', 'google'],
};

const boundaries = '@nx/enforce-module-boundaries';
const otherRefusals = [
  { file: 'libs/core/src/x.ts', imports: '@nestjs/common', rule: boundaries },
  { file: 'libs/core/src/x.ts', imports: '@google-cloud/storage', rule: boundaries },
  { file: 'libs/core/src/x.ts', imports: 'node:fs', rule: 'no-restricted-imports' },
  {
    file: 'infra/cdktf/src/x.ts',
    imports: '@cdktf/provider-google',
    rule: 'no-restricted-imports',
  },
  { file: 'apps/api/src/x.ts', imports: 'process.env.HOME', rule: 'no-restricted-properties' },
];

const pairs = Object.keys(allowed).flatMap((file) =>
  libs.map((lib) => ({ file, lib, imports: `@outhaul/${lib}` })),
);

interface Answer {
  readonly file: string;
  readonly imports: string;
  readonly refused: readonly string[];
}

let answers: readonly Answer[];
beforeAll(() => {
  const root = join(__dirname, '..');
  execFileSync('npx', ['nx', 'show', 'projects'], {
    cwd: root,
    env: { ...process.env, NX_DAEMON: 'false' },
  });
  const questions = [...pairs, ...otherRefusals].map(({ file, imports }) => ({
    file: join(root, file),
    imports,
  }));
  const output = execFileSync('npx', ['node', 'tools/lint-imports.mjs'], {
    cwd: root,
    input: JSON.stringify(questions),
    encoding: 'utf8',
  });
  answers = (JSON.parse(output) as Answer[]).map((answer) => ({
    ...answer,
    file: answer.file.slice(root.length + 1),
  }));
}, 120_000);

const refusalsOf = (file: string, imports: string) =>
  answers.find((answer) => answer.file === file && answer.imports === imports)?.refused;

describe.each(Object.entries(allowed))('%s', (file, may) => {
  const own = file.split('/')[1];
  it.each(libs.filter((lib) => !may.includes(lib)))('may not import %s', (lib) => {
    expect(refusalsOf(file, `@outhaul/${lib}`)).toContain(boundaries);
  });
  for (const lib of may.filter((each) => each !== own)) {
    it(`may import ${lib}`, () =>
      expect(refusalsOf(file, `@outhaul/${lib}`)).not.toContain(boundaries));
  }
});

it.each(otherRefusals)('$file may not use $imports', ({ file, imports, rule }) => {
  expect(refusalsOf(file, imports)).toContain(rule);
});
