import { describeAccessReview } from './access-review.js';
import { ConsoleUnderTest } from './console-under-test.js';
import { describeExports } from './exports-journeys.js';
import { describeFirstExport } from './first-export.js';
import { describeLighthouse } from './lighthouse.js';
import { describeLooks } from './looks.js';
import { describeRoles } from './roles.js';
import { describeWays } from './ways.js';
import { describeWeight } from './weight.js';

let started: ConsoleUnderTest | undefined;
const underTest = (): ConsoleUnderTest => {
  if (!started) throw new Error('the console has not been started');
  return started;
};
beforeAll(async () => {
  started = await ConsoleUnderTest.start();
});
afterAll(() => started?.stop());

describe('the first export', () => describeFirstExport(underTest));
describe('exports', () => describeExports(underTest));
describe('roles and sessions', () => describeRoles(underTest));
describe('the access review', () => describeAccessReview(underTest));
describe('ways through the console', () => describeWays(underTest));
describe('every page', () => describeLooks(underTest));
describe('Lighthouse', () => describeLighthouse(underTest));
describe('weight', () => describeWeight(underTest));

it('met no fault that it did not show, and asked nobody else', () =>
  expect(underTest().faults).toEqual([]));
