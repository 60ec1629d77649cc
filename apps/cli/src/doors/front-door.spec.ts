import { frontDoorOf } from './front-door.js';

const answer = (status: number, headers: Record<string, string>) => ({
  status,
  headers: new Headers(headers),
});
const page = { 'Content-Type': 'text/html; charset=UTF-8', Server: 'Google Frontend' };
const iap = { 'X-Goog-IAP-Generated-Response': 'true' };

it('recognizes Cloud Run’s IAM by its pages', () => {
  expect(frontDoorOf(answer(403, page))).toEqual({ kind: 'cloud-run', knowsCaller: true });
  expect(frontDoorOf(answer(401, page))).toEqual({ kind: 'cloud-run', knowsCaller: false });
});

it('recognizes IAP by what it generates, and whom it wants tokens to be made for', () => {
  const Location = 'https://accounts.google.com/o/oauth2/v2/auth?client_id=iap-client&x=1';
  expect(frontDoorOf(answer(302, { ...iap, Location }))).toEqual({
    kind: 'iap',
    knowsCaller: false,
    audience: 'iap-client',
  });
  expect(frontDoorOf(answer(401, iap))).toEqual({ kind: 'iap', knowsCaller: false });
  expect(frontDoorOf(answer(403, { ...page, ...iap }))).toEqual({ kind: 'iap', knowsCaller: true });
});

it.each([
  ['the service’s own refusal', answer(403, { ...page, 'Content-Type': 'application/json' })],
  ['a page of another server', answer(403, { ...page, Server: 'nginx' })],
  ['a fault of Google’s front end', answer(503, page)],
  ['a way to another address', answer(302, { Location: 'https://outhaul.example.com/' })],
])('takes for no door %s', (_, other) => {
  expect(frontDoorOf(other)).toBeUndefined();
});
