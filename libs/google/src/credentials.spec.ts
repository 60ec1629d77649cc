import { renewedAuth } from './credentials.js';

afterEach(() => jest.useRealTimers());

it('asks for the token again when the last one may have ended', async () => {
  jest.useFakeTimers({ now: 1_800_000_000_000, doNotFake: ['nextTick', 'queueMicrotask'] });
  let asked = 0;
  const auth = renewedAuth(async () => `token-${(asked += 1)}`);
  const shown = async () => (await auth.getRequestHeaders('https://x.test')).get('authorization');
  expect([await shown(), await shown()]).toEqual(['Bearer token-1', 'Bearer token-1']);
  jest.setSystemTime(Date.now() + 61_000);
  expect(await shown()).toBe('Bearer token-2');
});

it('names the project whose quota counts, where there is one', async () => {
  const shown = async (quotaProject?: string) =>
    (await renewedAuth(async () => 'token', quotaProject).getRequestHeaders('https://x.test')).get(
      'x-goog-user-project',
    );
  expect([await shown('my-quota'), await shown()]).toEqual(['my-quota', null]);
});

it('throws why there is no token', async () => {
  const auth = renewedAuth(() => Promise.reject(new Error('Nobody is signed in.')));
  await expect(auth.getRequestHeaders('https://x.test')).rejects.toThrow('Nobody is signed in.');
});
