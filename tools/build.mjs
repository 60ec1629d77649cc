import { runTargets } from './run.mjs';

runTargets(['build'], process.argv.slice(2));
