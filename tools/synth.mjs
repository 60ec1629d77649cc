import { resolve } from 'node:path';
import { run } from './run.mjs';
import { prepareStack, stackFolder } from './stack.mjs';

/** `npm run synth [-- CONFIG.json]`: writes the stack as Terraform reads it to infra/cdktf/cdktf.out. */
const [file] = process.argv.slice(2);
const env = prepareStack(file && resolve(file));
run(process.execPath, ['--no-deprecation', 'dist/main.js'], { cwd: stackFolder, env });
console.log('infra/cdktf/cdktf.out/stacks/outhaul/cdk.tf.json');
