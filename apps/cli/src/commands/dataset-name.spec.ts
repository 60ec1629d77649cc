import { parseDatasetName } from './dataset-name.js';

it.each([
  ['sales', undefined, 'sales'],
  ['my-project.sales', 'my-project', 'sales'],
  ['my-project:sales', 'my-project', 'sales'],
  ['example.com:my-project.sales', 'example.com:my-project', 'sales'],
  ['../x', undefined, '../x'],
])('reads %s', (text, project, dataset) => {
  expect(parseDatasetName(text)).toEqual({ project, dataset });
});

it('lets a project that is named besides go before', () => {
  expect(parseDatasetName('sales', 'other')).toEqual({ project: 'other', dataset: 'sales' });
  // Two projects are one too many: the service finds fault with the name.
  const twice = parseDatasetName('mine.sales', 'other');
  expect(twice).toEqual({ project: 'other', dataset: 'mine.sales' });
});
