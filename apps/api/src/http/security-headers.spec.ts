import { type Response } from 'express';
import helmet from 'helmet';
import { securityHeaders } from './security-headers.js';

function headersSet(set: (response: Response) => void): Map<string, string> {
  const headers = new Map<string, string>();
  set({
    setHeader: (name: string, value: string) => headers.set(name.toLowerCase(), value),
    removeHeader: () => undefined,
  } as unknown as Response);
  return headers;
}

const byHelmet = (options: Parameters<typeof helmet>[0]) =>
  headersSet((response) => helmet(options)({} as never, response, () => undefined));

it('sets all that helmet sets, with the answer’s own nonce', () => {
  const headers = headersSet((response) => securityHeaders(true)(response, 'n1'));
  const expected = byHelmet({
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: false },
  });
  expect(headers.get('content-security-policy')).toMatch(
    /^default-src 'none';script-src 'self';style-src 'self' 'nonce-n1';img-src 'self' data:;/,
  );
  headers.delete('content-security-policy');
  expected.delete('content-security-policy');
  expect(headers).toEqual(expected);
});

it('does not have a browser insist on HTTPS where the service has none', () => {
  const headers = headersSet((response) => securityHeaders(false)(response, 'n1'));
  expect(headers.has('strict-transport-security')).toBe(false);
  expect(headers.size).toBe(byHelmet({ strictTransportSecurity: false }).size);
});
