import { spawnSync } from 'node:child_process';

/** Runs a program to its end; ends this process with the same code when it fails. */
export function run(program, args, options = {}) {
  const { status } = spawnSync(program, args, { stdio: 'inherit', ...options });
  if (status !== 0) process.exit(status ?? 1);
}

/** Runs targets of all projects, or of those named; what has not changed comes from the cache. */
export function runTargets(targets, projects = [], { quiet = false } = {}) {
  const args = ['run-many', '-t', ...targets, '--output-style=static'];
  if (projects.length > 0) args.push('-p', ...projects);
  if (!quiet) return run('nx', args);
  const { status, stdout, stderr } = spawnSync('nx', args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) {
    process.stderr.write(stdout + stderr);
    process.exit(status ?? 1);
  }
}
