import { translateError } from './translate-error.js';

const asked = { missing: 'table-not-found', resource: 'p.d.t' } as const;

it.each([
  [{ code: 401 }, 'unauthenticated'],
  [{ code: 404 }, 'table-not-found'],
  [{ code: 403, errors: [{ reason: 'accessDenied' }] }, 'table-not-found'],
  [{ code: 403, errors: [{ reason: 'rateLimitExceeded' }] }, 'quota-exceeded'],
  [{ code: 409 }, 'record-conflict'],
  [{ code: 412 }, 'record-conflict'],
  [{ code: 429 }, 'quota-exceeded'],
  [{ code: 400, errors: [{ reason: 'invalidQuery', message: 'Syntax error' }] }, 'sql-invalid'],
  [{ code: 400, errors: [{ reason: 'invalid' }] }, 'request-invalid'],
  [{ code: 503 }, 'upstream-unavailable'],
  [{ code: 'ECONNRESET', message: 'socket hang up' }, 'upstream-unavailable'],
  [new Error('anything'), 'upstream-unavailable'],
])('reads %j as %s', (error, code) => {
  expect(translateError(error, asked).code).toBe(code);
});

it('tells what may not be seen like what does not exist', () => {
  expect(translateError({ code: 403, errors: [{ reason: 'accessDenied' }] }, asked).message).toBe(
    translateError({ code: 404 }, asked).message,
  );
});

it('keeps control characters of names out of the message', () => {
  expect(translateError({ code: 400, message: 'bad \u001b[31mname' }, asked).message).toBe(
    'bad  [31mname',
  );
});

it('keeps the error it came from as its cause', () => {
  const cause = { code: 500 };
  expect(translateError(cause, asked).cause).toBe(cause);
});

it('names a missing table without the instant that it was read at', () =>
  expect(
    translateError(
      { code: 404 },
      { missing: 'table-not-found', resource: 'project.samples.movies@1795625045395' },
    ).message,
  ).toBe('Table project.samples.movies does not exist, or you may not see it.'));
