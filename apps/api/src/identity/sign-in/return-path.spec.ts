import { returnPath } from './return-path.js';

it.each([
  ['/catalog/samples?x=1#top', '/catalog/samples?x=1#top'],
  ['/', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['https://evil.example/', '/'],
  ['javascript:alert(1)', '/'],
  ['/..//evil.example', '/'],
  ['/a/../..//evil.example', '/'],
  ['/api/v1/me', '/'],
  ['/a/../auth/sign-in', '/'],
  [`/${'a'.repeat(3_000)}`, '/'],
  [['/a', '/b'], '/'],
  [undefined, '/'],
])('leads from %j to %j', (wanted, path) => expect(returnPath(wanted)).toBe(path));
