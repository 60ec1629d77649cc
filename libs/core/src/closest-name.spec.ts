import fc from 'fast-check';
import { closestName } from './closest-name.js';
import { cpuMs, yardstickMs } from './testing/yardstick.js';

const lettersOf = (alphabet: string) =>
  fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 6 });

it('finds the closest of the candidates within three edits, as a full comparison does', () => {
  fc.assert(
    fc.property(lettersOf('abC'), fc.array(lettersOf('abc'), { maxLength: 6 }), (wanted, names) => {
      const bound = Math.min(3, Math.floor(wanted.length / 2));
      const distances = names.map((name) => distance(wanted.toLowerCase(), name));
      const closest = Math.min(...distances);
      expect(closestName(wanted, names)).toBe(
        closest <= bound ? names[distances.indexOf(closest)] : undefined,
      );
    }),
    { numRuns: 2_000 },
  );
});

it('compares 10,000 long names with a wrong one in little time', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => 'x'.repeat(290) + index);
  closestName('abcdefgh', ['abcdefgi']);
  const wrong = `y${'x'.repeat(288)}yyyy`;
  expect(cpuMs(() => closestName(wrong, names))).toBeLessThan(0.4 * yardstickMs());
});

function distance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  if (a[0] === b[0]) return distance(a.slice(1), b.slice(1));
  return (
    1 + Math.min(distance(a.slice(1), b), distance(a, b.slice(1)), distance(a.slice(1), b.slice(1)))
  );
}
