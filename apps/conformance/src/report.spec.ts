import { type Result } from './probe.js';
import { toTable, withoutNames } from './report.js';

const names = { project: 'acme-prod', bucket: 'acme-prod-files' };

it('takes out project, bucket, e-mail addresses and tokens', () => {
  const text =
    'jane.doe+x@acme.example may not read gs://acme-prod-files/a of acme-prod with ya29.a0Af_X-y';
  expect(withoutNames(text, names)).toBe('EMAIL may not read gs://BUCKET/a of PROJECT with TOKEN');
});

it('shows what was expected and what Google said of an answer that differs', () => {
  const result: Result = {
    ...{ id: 'a.b', verdict: 'differs', expected: ['refused'], got: 'works', tookMs: 1 },
    message: '400 invalid:\nno such\tthing',
  };
  expect(toTable([result], names)).toBe(
    [
      'DIFFERS a.b  works',
      '          expected: refused',
      '          Google: 400 invalid: no such thing',
    ].join('\n'),
  );
});

it('says which of two right answers was given', () => {
  const result: Result = {
    ...{ id: 'a.b', verdict: 'pass', expected: ['refused', 'works'], got: 'works', tookMs: 1 },
  };
  expect(toTable([result], names)).toContain('either is right: refused, or works');
});
