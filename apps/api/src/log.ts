import { type Logger } from 'pino';

export const LOG = Symbol('Log');
export type Log = Logger;
