import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { agreement, setUp } from './setup/set-up.mjs';
import { hiddenInput } from './setup/secrets.mjs';
import { Shell, Stopped } from './setup/shell.mjs';
import { prepareStack } from './stack.mjs';

/**
 * `npm run setup -- --project P --region R --config my.json`: from an empty project to a running deployment. What is
 * there already is left alone, so it can be interrupted and repeated.
 */
const text = { type: 'string' };
const { values } = parseArgs({
  options: {
    project: text,
    region: text,
    config: { ...text, default: 'my.json' },
    environment: text,
    locations: text,
    admin: text,
    email: text,
    'web-client': text,
    'desktop-client': text,
    image: text,
    yes: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
  },
});
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

prepareStack();
try {
  await setUp({
    shell: new Shell({ dryRun: values['dry-run'] }),
    file: resolve(values.config),
    values,
    version,
    input: hiddenInput(),
    agree: agreement(values),
  });
} catch (error) {
  if (!(error instanceof Stopped)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
