const { createCjsPreset } = require('jest-preset-angular/presets');
const base = require('../../jest.base.cjs')(__dirname);

module.exports = {
  ...createCjsPreset({ tsconfig: '<rootDir>/tsconfig.spec.json' }),
  testEnvironment: 'jest-preset-angular/environments/jest-jsdom-env',
  rootDir: __dirname,
  setupFilesAfterEnv: ['<rootDir>/src/test-setup.ts'],
  moduleNameMapper: base.moduleNameMapper,
  transformIgnorePatterns: ['node_modules/(?!.*\\.mjs$|openapi-fetch)'],
};
