// Terraform runs as a process of its own, more than a dozen times.
module.exports = require('../../jest.base.cjs')(__dirname, { testTimeout: 300_000 });
