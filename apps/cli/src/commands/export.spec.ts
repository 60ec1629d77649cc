import { type Export } from '@outhaul/api-client';
import { exitCodes } from '../exit-codes.js';
import { refuseUnfinished } from './export.js';

const succeeded = { id: 'x1', outcome: { state: 'succeeded' } } as Export;
afterEach(() => {
  process.exitCode = undefined;
});

it('goes on with what has succeeded', () => {
  expect(() => refuseUnfinished(succeeded)).not.toThrow();
});

it('stops when Ctrl-C came too late to cancel, and says where the files are', () => {
  process.exitCode = exitCodes.interrupted;
  expect(() => refuseUnfinished(succeeded)).toThrow(
    expect.objectContaining({ exitCode: 130, fix: expect.stringContaining('download x1') }),
  );
});
