import { compareAll } from './transfer-compare.mjs';

export const name = 'transfer';
export const title =
  'Downloads from one loopback server into memory, the whole command each time (median of 5; curl checks no byte)';

export const run = (report) => compareAll(report, { where: 'into memory', hasLimits: true });
