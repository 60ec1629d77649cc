import { type Plan } from '../plan/plan.js';
import { planViewOf } from './plan-view.js';

const parameters = [{ name: 'p0', type: 'STRING', value: 'the key' }] as const;
const plan = { source: { sql: 'SELECT @p0', parameters } } as unknown as Plan;

it('shows the values that the caller gave', () =>
  expect(planViewOf(plan, { filter: {} }).source).toEqual({ sql: 'SELECT @p0', parameters }));

it('never shows values among which the mask key is', () =>
  expect(planViewOf(plan, { columns: [{ name: 'x', mask: { kind: 'sha256' } }] }).source).toEqual({
    sql: 'SELECT @p0',
  }));
