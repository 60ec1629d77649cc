import { lookedUpAgain } from './looked-up-again.js';

it('keeps what was found, and looks again after a while or a failure', async () => {
  let looks = 0;
  const look = lookedUpAgain(async () => {
    looks += 1;
    if (looks === 1) throw new Error('no answer');
    return looks;
  });
  await expect(look()).rejects.toThrow('no answer');
  expect([await look(), await look()]).toEqual([2, 2]);
  const later = Date.now() + 5 * 60_000;
  const clock = jest.spyOn(Date, 'now').mockReturnValue(later);
  expect(await look()).toBe(3);
  clock.mockRestore();
});
