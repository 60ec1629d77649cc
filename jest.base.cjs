/** Jest settings shared by every Node project: swc compiles TypeScript and the packages that ship ESM only. */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const esmOnly = [
  '@nestjs',
  'commander',
  'openapi-fetch',
  'jose',
  'oidc-provider',
  'openid-client',
  'oauth4webapi',
  'iron-session',
  'iron-webcrypto',
  'uncrypto',
  'hyparquet',
  'hyparquet-compressors',
  '@clack',
  'koa',
  '@koa',
  'eta',
  'nanoid',
  'quick-lru',
  'got',
  'fast-check',
  'pure-rand',
  'undici',
  'file-type',
  'strtok3',
  'token-types',
  'uint8array-extras',
  '@tokenizer',
  '@borewit',
  'load-esm',
  'cookie',
  'fzstd',
  // They load node-fetch by a dynamic import, which Jest runs only as a require.
  'teeny-request',
  'gaxios',
  'node-fetch',
  'data-uri-to-buffer',
  'fetch-blob',
  'formdata-polyfill',
];

const swc = (syntax) => [
  '@swc/jest',
  {
    jsc: {
      parser: { syntax, decorators: true },
      transform: { legacyDecorator: true },
      target: 'es2022',
      keepClassNames: true,
    },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];

const { compilerOptions } = JSON.parse(readFileSync(join(__dirname, 'tsconfig.base.json'), 'utf8'));
const moduleNameMapper = Object.fromEntries(
  Object.entries(compilerOptions.paths).map(([name, [file]]) => [
    `^${name}$`,
    join(__dirname, file),
  ]),
);

/** @param {string} projectRoot the project's folder, e.g. __dirname of its jest.config.cjs */
module.exports = (projectRoot, overrides = {}) => ({
  rootDir: projectRoot,
  testEnvironment: 'node',
  // A busy machine is no reason to fail; what hangs still ends.
  testTimeout: 60_000,
  testMatch: ['<rootDir>/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  transform: { '^.+\\.ts$': swc('typescript'), '^.+\\.m?js$': swc('ecmascript') },
  // Also where such a package lies in another one's node_modules.
  transformIgnorePatterns: [`/node_modules/(?!(?:.*/node_modules/)?(${esmOnly.join('|')})/)`],
  moduleNameMapper: { ...moduleNameMapper, '^(\\.{1,2}/.*)\\.js$': '$1' },
  extensionsToTreatAsEsm: [],
  ...overrides,
});
