import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The folder of the installed `vega-datasets` package's files, looked for from the entry script and the working folder. */
export function findSampleFolder(): string {
  for (const start of [process.argv[1], join(process.cwd(), 'package.json')]) {
    if (!start) continue;
    try {
      const manifest = createRequire(start).resolve('vega-datasets/package.json');
      return join(dirname(manifest), 'data');
    } catch {
      const folder = findUpwards(dirname(start), 'node_modules/vega-datasets/data');
      if (folder) return folder;
    }
  }
  throw new Error('The sample data are missing: install the npm package vega-datasets.');
}

function findUpwards(start: string, relative: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, relative))) return join(folder, relative);
    if (folder === dirname(folder)) return undefined;
  }
}
