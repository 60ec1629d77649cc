import { LiveLine } from './live-line.js';

let written: string;
beforeEach(() => {
  written = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
});
afterEach(() => jest.restoreAllMocks());

/** What a terminal would show, of the few signs that are used here. */
function screenOf(text: string): string[] {
  const lines = [''];
  let row = 0;
  // eslint-disable-next-line no-control-regex -- the signs of a terminal are what this reads
  for (const [, up, sign = ''] of text.matchAll(/\u001b\[(\d*)A|(\u001b\[J|[^\u001b])/g)) {
    if (up !== undefined) row -= Number(up || 1);
    else if (sign === '\r') continue;
    else if (sign === '\n') lines[(row += 1)] ??= '';
    else if (sign === '\u001b[J') lines.splice(row, lines.length, '');
    else lines[row] += sign;
  }
  return lines;
}

it('replaces lines by fewer and by more, and leaves those that stay', () => {
  const line = new LiveLine(false, true);
  line.show('a', 'b', 'c');
  line.show('d');
  line.keep('stays');
  line.show('e', 'f');
  expect(screenOf(written)).toEqual(['stays', 'e', 'f']);
  line.clear();
  expect(screenOf(written)).toEqual(['stays', '']);
});

it('never writes more than fits: a line that broke could not be replaced', () => {
  Object.defineProperty(process.stderr, 'columns', { value: 10, configurable: true });
  new LiveLine(false, true).show('漢字漢字漢字', 'abcdefghijklmn');
  expect(screenOf(written)).toEqual(['漢字漢字', 'abcdefghi']);
  delete (process.stderr as { columns?: number }).columns;
});

it('writes only lines that stay where there is no terminal, and none when quiet', () => {
  const piped = new LiveLine(false, false);
  piped.show('a');
  piped.keep('b');
  expect(written).toBe('b\n');
  new LiveLine(true, true).keep('c');
  expect(written).toBe('b\n');
});
