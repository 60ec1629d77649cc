import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';

/** Whether nothing listens on this port of the loopback. */
export const isPortFree = (port) =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => (socket.destroy(), resolve(false)));
    socket.once('error', () => resolve(true));
  });

/** The processes of one run on this machine: started in order, ended in the opposite one. */
export class Processes {
  constructor(root) {
    this.root = root;
    this.children = [];
    process.once('exit', () => this.children.forEach(({ child }) => child.kill('SIGKILL')));
  }

  /** Starts a bundled service and waits until it says over IPC that it is ready. */
  start(name, file, args = [], env = {}) {
    const child = spawn(process.execPath, [join(this.root, file), ...args], {
      cwd: this.root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // Its own group: Ctrl-C reaches this process alone, which ends the others in order.
      detached: true,
    });
    this.children.push({ name, child });
    return new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        if (!this.stopping) {
          console.error(`${name} has ended unexpectedly (${signal ?? code}).`);
          process.exit(1);
        }
      });
    });
  }

  /** Runs the CLI in this terminal and answers its exit code. */
  runCli(args, env) {
    const child = spawn(process.execPath, [join(this.root, 'apps/cli/bin/outhaul.mjs'), ...args], {
      cwd: this.root,
      env: { ...process.env, ...env },
      stdio: 'inherit',
    });
    const ignore = () => undefined;
    process.on('SIGINT', ignore);
    return new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        process.off('SIGINT', ignore);
        resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
      });
    });
  }

  async stop() {
    this.stopping = true;
    for (const { child } of this.children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const tooLong = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(tooLong);
    }
    this.children.length = 0;
  }

  async untilInterrupted() {
    await new Promise((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
    await this.stop();
  }
}
