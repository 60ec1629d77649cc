// Seeding the samples takes some seconds on a busy machine.
module.exports = require('../../jest.base.cjs')(__dirname, { testTimeout: 60_000 });
