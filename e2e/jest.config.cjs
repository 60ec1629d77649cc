module.exports = require('../jest.base.cjs')(__dirname, {
  testTimeout: 120_000,
  testSequencer: '<rootDir>/longest-first.cjs',
});
