import { spawnSync } from 'node:child_process';

/** Starts the programs that a setup needs. A dry run prints each command instead, and learns nothing from it. */
export class Shell {
  constructor({ dryRun = false, print = console.log } = {}) {
    this.dryRun = dryRun;
    this.print = print;
  }

  /** What a command that changes nothing prints; undefined when it fails, which mostly says that something is not there. */
  read(program, args) {
    if (this.dryRun) {
      this.print(`  ${shown(program, args)}`);
      return undefined;
    }
    const { status, stdout } = spawnSync(program, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return status === 0 ? stdout.trim() : undefined;
  }

  /** Runs a command that changes something; `input` goes to its stdin and is never printed. */
  change(program, args, { input, cwd, env } = {}) {
    this.print(`  ${shown(program, args)}${input === undefined ? '' : ' < (a secret)'}`);
    if (this.dryRun) return;
    const { status, error } = spawnSync(program, args, {
      cwd,
      env: { ...process.env, ...env },
      input,
      stdio: [input === undefined ? 'inherit' : 'pipe', 'inherit', 'inherit'],
    });
    if (status === 0) return;
    throw new Stopped(
      `${program} failed${error ? `: ${error.message}` : ''}. Its message is above. Repeat the command: what is done is not done again.`,
    );
  }
}

/** Ends a setup with a message for the person who runs it. */
export class Stopped extends Error {}

const shown = (program, args) => [program, ...args.map(quoted)].join(' ');
const quoted = (text) =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
