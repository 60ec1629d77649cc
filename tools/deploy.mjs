import { resolve } from 'node:path';
import { run } from './run.mjs';
import { prepareStack, stackFolder } from './stack.mjs';

/** `npm run deploy -- CONFIG.json [options of cdktf deploy]`: shows what would change, and changes it when told to. */
const [file, ...options] = process.argv.slice(2);
if (!file) {
  console.error('usage: npm run deploy -- CONFIG.json [--auto-approve]');
  process.exit(2);
}
const env = prepareStack(resolve(file));
run('cdktf', ['deploy', 'outhaul', ...options], { cwd: stackFolder, env });
