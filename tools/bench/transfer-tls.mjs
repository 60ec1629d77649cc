import { compareAll } from './transfer-compare.mjs';

export const name = 'transfer-tls';
export const title = 'The same downloads over TLS';

export const run = (report) => compareAll(report, { where: 'into memory, over TLS', isTls: true });
