import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refuseLeaksBelow } from './refuse-leaks.js';
import { RunningProcess } from './running-process.js';

/** The local cloud alone, as a process of its own over a fresh folder. */
export class LocalCloudProcess {
  private constructor(
    readonly folder: string,
    private child: RunningProcess,
    private readonly args: readonly string[],
  ) {}

  static start(...args: string[]): Promise<LocalCloudProcess> {
    return LocalCloudProcess.startBelow(tmpdir(), ...args);
  }

  /** The same with its folder inside another one. */
  static async startBelow(parent: string, ...args: string[]): Promise<LocalCloudProcess> {
    const folder = mkdtempSync(join(parent, 'local-cloud-e2e-'));
    return new LocalCloudProcess(folder, await run(join(folder, 'data'), 0, args), args);
  }

  /** `http://127.0.0.1:PORT`. */
  get url(): string {
    return this.child.ready.url ?? '';
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  get pid(): number {
    return this.child.pid;
  }

  get dataDir(): string {
    return join(this.folder, 'data');
  }

  /** What the process has written to its outputs. */
  output(): string {
    return this.child.output();
  }

  async kill(): Promise<void> {
    await this.child.end('SIGKILL');
  }

  /** Starts it again on the same folder and the same port. */
  async startAgain(): Promise<void> {
    this.child = await run(this.dataDir, this.port, this.args);
  }

  async stop(): Promise<void> {
    await this.child.end();
    refuseLeaksBelow(this.dataDir);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const run = (data: string, port: number, args: readonly string[]): Promise<RunningProcess> =>
  RunningProcess.start('dist/libs/local-cloud/main.mjs', [
    '--port',
    String(port),
    '--data',
    data,
    ...args,
  ]);
