import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { App } from 'cdktf';
import { parseStackConfig } from './config.js';
import { OuthaulStack } from './stack.js';

/** Synthesizes the stack of the configuration that OUTHAUL_STACK names; see docs/deploy.md. */
const file = process.env['OUTHAUL_STACK'] ?? 'config/dev.json';

try {
  const config = parseStackConfig(JSON.parse(readFileSync(resolve(file), 'utf8')));
  const app = new App();
  new OuthaulStack(app, 'outhaul', config);
  app.synth();
} catch (error) {
  process.stderr.write(`${file}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
