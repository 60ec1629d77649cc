import { compareAll } from './transfer-compare.mjs';

export const name = 'transfer-disk';
export const title = 'The same downloads onto the disk, until they are safe there';

export const run = (report) =>
  compareAll(report, { where: 'on disk, until safe', isFlushed: true });
