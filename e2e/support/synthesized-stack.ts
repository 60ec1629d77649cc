import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Fields = Readonly<Record<string, unknown>>;
export type Resources = Readonly<Record<string, Readonly<Record<string, Fields>>>>;

const folder = join(__dirname, '../../infra/cdktf');
let synthesized: Resources | undefined;

/** The resources of the example stack as Terraform reads them, from its compiled form. */
export function synthesizedStack(): Resources {
  synthesized ??= synthesize();
  return synthesized;
}

/** The settings that the stack gives a service, without those that are known only when it is applied. */
export function settingsOfStack(part: 'public' | 'worker'): Record<string, string> {
  const services = Object.entries(synthesizedStack()['google_cloud_run_v2_service'] ?? {});
  const [, service] = services.find(([address]) => address.startsWith(`${part}_`)) ?? [];
  const { containers } = service?.['template'] as {
    containers: { env: { name: string; value?: string }[] }[];
  };
  return Object.fromEntries(
    (containers[0]?.env ?? []).flatMap(({ name, value }) =>
      value === undefined || value.includes('${') ? [] : [[name, value]],
    ),
  );
}

function synthesize(): Resources {
  const out = mkdtempSync(join(tmpdir(), 'outhaul-synth-'));
  try {
    execFileSync(process.execPath, ['--no-deprecation', 'dist/main.js'], {
      cwd: folder,
      env: { ...process.env, CDKTF_OUTDIR: out },
    });
    const text = readFileSync(join(out, 'stacks/outhaul/cdk.tf.json'), 'utf8');
    return (JSON.parse(text) as { resource: Resources }).resource;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
