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

describe('a refusal of what the caller sees', () => {
  const refusal = (message: string) => ({
    code: 403,
    errors: [{ reason: 'accessDenied', message }],
  });
  const seen = { ...asked, isSeen: true };

  it.each([
    [
      'Access Denied: Table p:d.t: User does not have full access for table p:d.t due to row access policies.',
      undefined,
      /filter TRUE/,
    ],
    [
      'Access Denied: BigQuery BigQuery: Time travel on table p:d.t is forbidden as it has (or has had) row access policies.',
      undefined,
      /as it is now/,
    ],
    [
      'Access Denied: BigQuery BigQuery: User has neither fine-grained reader nor masked get permission to get data protected by policy tag "pii" on column p.d.t.c.',
      undefined,
      /Leave the column out/,
    ],
    [
      'Access Denied: Table p:d.t: Permission bigquery.tables.export denied on table p:d.t (or it may not exist).',
      'bigquery.tables.export',
      /a role that holds bigquery\.tables\.export/,
    ],
    [
      "VPC Service Controls: Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: abc",
      undefined,
      /perimeter/,
    ],
    [
      'BigQuery API has not been used in project 1234 before or it is disabled.',
      undefined,
      /quota project/,
    ],
  ])('keeps Google’s words, and says what helps: %s', (message, permission, fix) => {
    const error = translateError(refusal(message), seen);
    expect([error.code, error.message]).toEqual(['permission-denied', message]);
    expect(error.details).toMatchObject({
      reason: 'accessDenied',
      fix: expect.stringMatching(fix),
    });
    expect(error.details.permission).toBe(permission);
  });

  it('is told of a query, unless Google says itself that perhaps there is no such table', () => {
    const query = { ...asked, isQuery: true };
    const ofTable = (message: string) => translateError(refusal(message), query).code;
    expect(
      ofTable(
        'Access Denied: Table p:d.t: User does not have permission to query table p:d.t, or perhaps it does not exist.',
      ),
    ).toBe('table-not-found');
    expect(
      ofTable(
        'Access Denied: Project p: User does not have bigquery.jobs.create permission in project p.',
      ),
    ).toBe('permission-denied');
  });
});
