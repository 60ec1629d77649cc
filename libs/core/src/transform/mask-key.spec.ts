import { bindSecrets } from './mask-key.js';
import { type QueryParameter } from '../ports/warehouse.js';

const parameter = { name: 'p0', type: 'BYTES', value: '' } as const;

it('fills the block of HMAC with the key of the parameter’s scope', () => {
  const [bound] = bindSecrets(
    [{ ...parameter, secret: { half: 'inner', scope: 'one' } }],
    (scope) => (scope === 'one' ? 'A'.repeat(64) : 'B'.repeat(64)),
  );
  expect(bound).toEqual({ ...parameter, value: btoa('w'.repeat(64)) });
});

it('refuses the jobs of a record that was planned with one key for everything', () => {
  const old = { ...parameter, secret: 'mask-inner' } as unknown as QueryParameter;
  expect(() => bindSecrets([old], () => 'A'.repeat(64))).toThrow(/masked with another key/);
});
