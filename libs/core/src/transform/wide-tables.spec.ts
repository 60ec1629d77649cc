import { aRequest } from '../testing/index.js';
import { cpuMs, yardstickMs } from '../testing/yardstick.js';
import { ParameterList } from './bind-value.js';
import { compileSelect } from './compile-select.js';

it('compiles a SELECT of 10,000 columns by name in about the time it takes without names', () => {
  const fields = Array.from({ length: 10_000 }, (_, index) => ({
    name: `column_${index}`,
    type: 'STRING' as const,
    mode: 'NULLABLE' as const,
  }));
  const columns = fields.map(({ name }) => ({ name: name.toUpperCase() }));
  const compile = (request: object) => compileSelect(aRequest(request), [...fields], 't');
  compile({});
  const plain = cpuMs(() => compile({}));
  expect(cpuMs(() => compile({ columns }))).toBeLessThan(10 * plain + 0.4 * yardstickMs());
});

it('reads a number of 100,000 digits in one pass', () => {
  const digits = '1'.repeat(100_000);
  const field = { name: 'n', type: 'NUMERIC', mode: 'NULLABLE' } as const;
  const bind = (value: string) => () => new ParameterList().bind(value, field, 'filter');
  expect(cpuMs(() => expect(bind(`${digits}x`)).toThrow('is not a value'))).toBeLessThan(
    0.4 * yardstickMs(),
  );
  expect(bind('1.')()).toBe('@p0');
});
