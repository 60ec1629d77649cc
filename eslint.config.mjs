import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import angular from 'angular-eslint';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Who may import whom. `libs/*` and `apps/*` may use only what stands here; tools/boundaries.spec proves it. */
const depConstraints = [
  {
    sourceTag: 'scope:core',
    onlyDependOnLibsWithTags: ['scope:core'],
    // fast-check is for specs; the block for core's sources below forbids it there.
    allowedExternalImports: ['zod', 'fast-check'],
  },
  { sourceTag: 'scope:google', onlyDependOnLibsWithTags: ['scope:google', 'scope:core'] },
  { sourceTag: 'scope:transfer', onlyDependOnLibsWithTags: ['scope:transfer'] },
  { sourceTag: 'scope:api-client', onlyDependOnLibsWithTags: ['scope:api-client'] },
  { sourceTag: 'scope:local-cloud', onlyDependOnLibsWithTags: ['scope:local-cloud'] },
  { sourceTag: 'scope:api', onlyDependOnLibsWithTags: ['scope:api', 'scope:core', 'scope:google'] },
  { sourceTag: 'scope:web', onlyDependOnLibsWithTags: ['scope:web', 'scope:api-client'] },
  {
    sourceTag: 'scope:cli',
    onlyDependOnLibsWithTags: [
      'scope:cli',
      'scope:api-client',
      'scope:transfer',
      'scope:core',
      'scope:google',
    ],
  },
  {
    sourceTag: 'scope:conformance',
    onlyDependOnLibsWithTags: ['scope:conformance', 'scope:core', 'scope:google'],
  },
  { sourceTag: 'scope:infra', onlyDependOnLibsWithTags: ['scope:infra'] },
  {
    sourceTag: 'scope:e2e',
    onlyDependOnLibsWithTags: [
      'scope:e2e',
      'scope:api-client',
      'scope:local-cloud',
      'scope:core',
      'scope:google',
    ],
  },
];

export default tseslint.config(
  {
    ignores: [
      '**/dist',
      '**/node_modules',
      '**/.angular',
      '**/cdktf.out',
      'tmp',
      'libs/api-client/src/generated',
    ],
  },
  { ...js.configs.recommended, ignores: ['**/*.html'] },
  ...tseslint.configs.strict.map((config) => ({ ...config, ignores: ['**/*.html'] })),
  prettier,
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          allow: [],
          depConstraints,
          // The command loads each of its subcommands when it is asked for, so some of them may
          // import the transfer engine and others load it later still.
          checkDynamicDependenciesExceptions: ['@outhaul/transfer'],
        },
      ],
    },
  },
  {
    ignores: ['**/*.html'],
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['**/*.{mjs,cjs,js}'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'Buffer',
          'URL',
          'module',
          'require',
          '__dirname',
          'fetch',
          'Response',
          'setTimeout',
          'performance',
          'AbortSignal',
          'clearTimeout',
        ].map((name) => [name, 'readonly']),
      ),
    },
    rules: { '@typescript-eslint/no-require-imports': 'off', 'no-console': 'off' },
  },
  {
    files: ['**/*.spec.ts', '**/testing/**'],
    rules: { 'max-lines': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['libs/core/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['node:*', 'fs', 'path', 'crypto'],
              message: 'core is pure: give it a port instead.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['libs/core/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['node:*', 'fs', 'path', 'crypto'],
              message: 'core is pure: give it a port instead.',
            },
            { group: ['fast-check'], message: 'Only specs draw by chance.' },
          ],
        },
      ],
    },
  },
  {
    files: ['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts'],
    ignores: ['**/config.ts', '**/*.spec.ts', '**/testing/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only config.ts reads the environment.' },
      ],
    },
  },
  {
    files: ['infra/cdktf/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@cdktf/provider-google',
              message: 'Import one resource: @cdktf/provider-google/lib/<resource>.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['apps/web/**/*.ts'],
    extends: [...angular.configs.tsRecommended],
    processor: angular.processInlineTemplates,
  },
  {
    files: ['apps/web/**/*.html'],
    ignores: ['apps/web/src/index.html'],
    extends: [...angular.configs.templateRecommended, ...angular.configs.templateAccessibility],
    rules: {
      // Every text for people can be translated, under a name of its own.
      '@angular-eslint/template/i18n': [
        'error',
        {
          checkId: true,
          boundTextAllowedPattern: '.*',
          allowMarkupInContent: true,
          checkDuplicateId: false,
          ignoreTags: ['kbd'],
          ignoreAttributes: [
            'ariaCurrentWhenActive',
            'appearance',
            'aria-autocomplete',
            'aria-controls',
            'aria-labelledby',
            'autocomplete',
            'cdkDragLockAxis',
            'd',
            'floatLabel',
            'icon',
            'list',
            'matButton',
            'max',
            'maxlength',
            'min',
            'minlength',
            'mode',
            'name',
            'rel',
            'routerLinkActive',
            'rows',
            'scope',
            'spellcheck',
            'step',
            'subscriptSizing',
            'target',
          ],
        },
      ],
    },
  },
);
