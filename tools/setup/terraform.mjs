import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stackFolder } from '../stack.mjs';

/** The synthesized stack in Terraform's hands. */
export class Terraform {
  constructor(shell, file) {
    this.shell = shell;
    this.file = file;
    this.folder = join(stackFolder, 'cdktf.out/stacks/outhaul');
  }

  /** Writes the stack of the configuration, with `changes` to it that are not saved; and readies Terraform for it. */
  prepare(changes = {}) {
    const scratch = mkdtempSync(join(tmpdir(), 'outhaul-config-'));
    try {
      const config = join(scratch, 'config.json');
      if (!this.shell.dryRun)
        writeFileSync(
          config,
          JSON.stringify({ ...JSON.parse(readFileSync(this.file, 'utf8')), ...changes }),
        );
      this.shell.change('node', ['--no-deprecation', 'dist/main.js'], {
        cwd: stackFolder,
        env: { OUTHAUL_STACK: config, CHECKPOINT_DISABLE: '1' },
      });
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
    // Kept beside the configuration, so that each machine trusts the providers that the first one has seen.
    const lock = `${this.file}.terraform.lock.hcl`;
    const inFolder = join(this.folder, '.terraform.lock.hcl');
    if (existsSync(lock) && !this.shell.dryRun) copyFileSync(lock, inFolder);
    this.run('init', '-input=false', '-reconfigure');
    if (existsSync(inFolder) && !this.shell.dryRun) copyFileSync(inFolder, lock);
  }

  /** The address of a resource by how it starts, such as `google_artifact_registry_repository.registry_images`. */
  addressOf(prefix) {
    if (this.shell.dryRun) return `${prefix}…`;
    const [type, start] = prefix.split('.');
    const { resource } = JSON.parse(readFileSync(join(this.folder, 'cdk.tf.json'), 'utf8'));
    const name = Object.keys(resource[type] ?? {}).find((each) => each.startsWith(start));
    return name && `${type}.${name}`;
  }

  /** Shows what would change and, when `agree` says so, changes exactly that. */
  async apply({ targets = [], destroy = false, agree }) {
    const options = [...(destroy ? ['-destroy'] : []), ...targets.map((each) => `-target=${each}`)];
    this.run('plan', '-input=false', '-out=outhaul.tfplan', ...options);
    if (!(await agree(destroy ? 'Destroy all of this?' : 'Apply this plan?'))) return false;
    this.run('apply', '-input=false', 'outhaul.tfplan');
    return true;
  }

  run(...args) {
    this.shell.change('terraform', [`-chdir=${this.folder}`, ...args]);
  }

  /** The outputs of the last apply. */
  outputs() {
    const text = this.shell.read('terraform', [`-chdir=${this.folder}`, 'output', '-json']);
    return Object.fromEntries(
      Object.entries(JSON.parse(text ?? '{}')).map(([name, { value }]) => [name, value]),
    );
  }
}
