import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from './setup/configuration.mjs';
import { agreement } from './setup/set-up.mjs';
import { Shell, Stopped } from './setup/shell.mjs';
import { Terraform } from './setup/terraform.mjs';
import { prepareStack } from './stack.mjs';

/** `npm run deploy -- CONFIG.json [--yes] [--dry-run]`: shows what would change, and changes that when told to. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    yes: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
  },
});
const [file] = positionals;
if (!file) {
  console.error('usage: npm run deploy -- CONFIG.json [--yes] [--dry-run]');
  process.exit(2);
}
prepareStack();
try {
  readConfig(resolve(file));
  const terraform = new Terraform(new Shell({ dryRun: values['dry-run'] }), resolve(file));
  terraform.prepare();
  await terraform.apply({ agree: agreement(values) });
} catch (error) {
  if (!(error instanceof Stopped)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
