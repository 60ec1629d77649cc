import { windowOf, windowOfEdges } from './window-of';

it.each([
  ['at the top', [0, 100, 10, 1000, 2], { from: 0, to: 12 }],
  ['in the middle', [505, 100, 10, 1000, 2], { from: 48, to: 63 }],
  ['at the end', [9900, 100, 10, 1000, 2], { from: 988, to: 1000 }],
  ['of a list that became shorter', [9900, 100, 10, 5, 2], { from: 5, to: 5 }],
  ['of an empty list', [0, 100, 10, 0, 2], { from: 0, to: 0 }],
] as const)('draws what is seen %s', (_, args, window) => {
  expect(windowOf(...args)).toEqual(window);
});

it('finds columns of different widths', () => {
  const edges = [0, 100, 150, 400, 500];
  expect(windowOfEdges(0, 120, edges, 0)).toEqual({ from: 0, to: 2 });
  expect(windowOfEdges(160, 100, edges, 0)).toEqual({ from: 2, to: 3 });
  expect(windowOfEdges(160, 100, edges, 1)).toEqual({ from: 1, to: 4 });
  expect(windowOfEdges(450, 500, edges, 0)).toEqual({ from: 3, to: 4 });
});
