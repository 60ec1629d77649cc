import fc from 'fast-check';
import { fileAddress } from './file-address.js';

const odd = ['/', '//', '.', '..', '%2e', '%2E', '%', '?', '#', '\\', '@', ':', '&', "'", ' ', 'é'];
const pieces = fc.array(
  fc.oneof(fc.constantFrom(...odd, 'a', 'X-Goog-Signature=0af', '~_-'), fc.string()),
);

it('takes every address apart as the parser of URLs does', () => {
  const origins = fc.constantFrom(
    'http://127.0.0.1:4443',
    'https://storage.example',
    'HTTP://[::1]:80',
  );
  const property = fc.property(origins, pieces, (origin, parts) => {
    fileAddress(`${origin}/first`);
    const text = origin + parts.join('');
    if (!URL.canParse(text)) return expect(() => fileAddress(text)).toThrow('none');
    const { server, target } = fileAddress(text);
    const { origin: found, pathname, search } = new URL(text);
    expect([server.origin, target]).toEqual([found, pathname + search]);
  });
  fc.assert(property, { numRuns: 2_000 });
});

it('shares the server of files that follow each other', () => {
  const [first, second, other] = [1, 2, 3].map((port) =>
    fileAddress(`https://a.example:${Math.ceil(port / 2)}/${port}?x=%2F`),
  );
  expect(second?.server).toBe(first?.server);
  expect(other?.server).not.toBe(first?.server);
  expect(second?.target).toBe('/2?x=%2F');
});

it('refuses what is no address of the web', () => {
  for (const text of ['', 'file:///etc/passwd', 'nonsense'])
    expect(() => fileAddress(text)).toThrow('The server gave an address that is none.');
});
