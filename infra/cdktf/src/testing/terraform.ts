import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ProviderSchema } from './provider-schema.js';
import { ProviderServer } from './provider-server.js';

const run = promisify(execFile);

export const isTerraformInstalled = (): boolean =>
  spawnSync('terraform', ['version'], { stdio: 'ignore' }).status === 0;

export interface StackJson {
  readonly terraform: object;
  readonly provider?: object;
  readonly output?: object;
  readonly resource: Readonly<Record<string, object>>;
  readonly data?: Readonly<Record<string, object>>;
}

/** The real `terraform`, offline: its provider is the served schema. */
export class Terraform {
  private initialized?: Promise<unknown>;

  private constructor(
    private readonly server: ProviderServer,
    private readonly folder: string,
  ) {}

  /** Serves the schema of every resource that one of `stacks` uses. */
  static async start(stacks: readonly StackJson[]): Promise<Terraform> {
    const namesIn = (part: 'resource' | 'data') => [
      ...new Set(stacks.flatMap((stack) => Object.keys(stack[part] ?? {}))),
    ];
    const server = await ProviderServer.start(
      ProviderSchema.read(),
      { resources: namesIn('resource'), dataSources: namesIn('data') },
      { google_cloud_run_v2_service: [{ name: 'iap_enabled', type: 'bool' }] },
    );
    return new Terraform(server, mkdtempSync(join(tmpdir(), 'outhaul-terraform-')));
  }

  /** Puts a configuration into the folder, without the place of its state: nothing is to be kept. */
  async load(stack: StackJson, tests: Readonly<Record<string, string>> = {}): Promise<void> {
    writeFileSync(join(this.folder, 'cdk.tf.json'), withoutBackend(stack));
    for (const [name, text] of Object.entries(tests)) writeFileSync(join(this.folder, name), text);
    this.initialized ??= this.call('init', '-input=false');
    await this.initialized;
  }

  /** Faults in any of `stacks`, found in one run: their resources side by side, each under names of its own. */
  async validateAll(stacks: readonly StackJson[]): Promise<readonly string[]> {
    const [first] = stacks;
    if (!first) return [];
    const all = stacks.map((stack, index) => renamed(stack, `_${index}`));
    const merged = (part: 'resource' | 'data') => {
      const types: Record<string, object> = {};
      for (const stack of all)
        for (const [type, resources] of Object.entries(stack[part] ?? {}))
          types[type] = { ...types[type], ...resources };
      return types;
    };
    await this.load({
      ...widest(stacks),
      resource: merged('resource'),
      data: merged('data'),
    });
    return this.validate();
  }

  /** Faults that `terraform validate` finds. */
  async validate(): Promise<readonly string[]> {
    const { stdout } = await this.call('validate', '-json').catch(
      (failed: { stdout: string }) => failed,
    );
    const { diagnostics } = JSON.parse(stdout) as {
      diagnostics: { severity: string; summary: string; detail: string; address?: string }[];
    };
    return diagnostics
      .filter(({ severity }) => severity === 'error')
      .map(({ summary, detail, address = '' }) => `${address} ${summary}: ${detail}`);
  }

  async graph(): Promise<string> {
    return (await this.call('graph')).stdout;
  }

  async test(): Promise<string> {
    return (await this.call('test', '-no-color')).stdout;
  }

  stop(): void {
    this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private call(...args: string[]): Promise<{ stdout: string; stderr: string }> {
    return run('terraform', args, {
      cwd: this.folder,
      maxBuffer: 1 << 26,
      env: {
        PATH: process.env['PATH'],
        HOME: this.folder,
        TF_REATTACH_PROVIDERS: this.server.reattach,
        CHECKPOINT_DISABLE: '1',
        TF_IN_AUTOMATION: '1',
      },
    });
  }
}

/** A test keeps no state. */
const withoutBackend = (stack: StackJson): string =>
  JSON.stringify({ ...stack, terraform: { ...stack.terraform, backend: undefined } });

/** The same stack, the names of whose resources end differently. */
function renamed(stack: StackJson, suffix: string): StackJson {
  const names = [stack.resource, stack.data ?? {}].flatMap((types) =>
    Object.values(types).flatMap((resources) => Object.keys(resources)),
  );
  const known = new Set(names);
  const rename = (text: string) =>
    text.replaceAll(/[\w-]*_[0-9A-F]{8}\b/g, (name) => (known.has(name) ? name + suffix : name));
  const { resource, data = {} } = stack;
  return { ...stack, ...(JSON.parse(rename(JSON.stringify({ resource, data }))) as object) };
}

/** The stack with the most providers, whose settings serve all. */
const widest = (stacks: readonly StackJson[]): StackJson => {
  const count = ({ provider = {} }: StackJson) => Object.keys(provider).length;
  const [most] = [...stacks].sort((a, b) => count(b) - count(a));
  const { output: _, ...rest } = most as StackJson;
  return rest;
};
