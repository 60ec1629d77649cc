import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startTestCloud, type TestCloud } from '../testing/with-cloud.js';
import { renderSupport } from './support-matrix.js';

describe('SUPPORT.md', () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startTestCloud();
  });
  afterAll(() => cloud.dispose());

  it('is what the route table and the list of GoogleSQL say (else: npm run generate)', async () => {
    const file = await readFile(join(__dirname, '../../../../SUPPORT.md'), 'utf8');
    expect(file).toBe(renderSupport(cloud.routes));
  });

  it('names every operation as Google does, or as a call of its own', () => {
    const strange = cloud.routes
      .map(({ operation }) => operation)
      .filter(
        (operation) =>
          !/^(XML [A-Z]+ Object|batch|[a-z][A-Za-z0-9]*(\.[a-zA-Z]+)+( \([a-z]+\))?)$/.test(
            operation,
          ),
      );
    expect(strange).toEqual([]);
  });
});
