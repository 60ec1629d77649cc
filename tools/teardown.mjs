import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { agreement } from './setup/set-up.mjs';
import { Shell, Stopped } from './setup/shell.mjs';
import { tearDown } from './setup/tear-down.mjs';
import { prepareStack } from './stack.mjs';

/** `npm run teardown -- CONFIG.json`: takes a deployment away, asking before each thing that cannot be undone. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    yes: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
  },
});
const [file] = positionals;
if (!file) {
  console.error('usage: npm run teardown -- CONFIG.json [--yes] [--dry-run]');
  process.exit(2);
}
prepareStack();
try {
  await tearDown({
    shell: new Shell({ dryRun: values['dry-run'] }),
    file: resolve(file),
    agree: agreement(values),
  });
} catch (error) {
  if (!(error instanceof Stopped)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
