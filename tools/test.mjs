import { run, runTargets } from './run.mjs';
import { findBrowser } from './find-browser.mjs';

/** Everything: quick checks, unit and contract tests, builds, and the journeys through the real processes. */
process.env.OUTHAUL_BROWSER = findBrowser();
run(process.execPath, ['tools/check.mjs']);
runTargets(['test', 'build']);
runTargets(['e2e']);
