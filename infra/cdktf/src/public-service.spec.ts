import { exampleConfig, resourcesOf, synthesize } from './testing/synth.js';

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly value_source?: { readonly secret_key_ref: { readonly secret: string } };
}

/** A service's settings: a value, or the name of the secret that holds it. */
function settingsOf(
  name: 'dev' | 'prod',
  part: 'public' | 'worker' = 'public',
): Record<string, string | undefined> {
  const [, service] =
    resourcesOf(synthesize(exampleConfig(name)), 'google_cloud_run_v2_service').find(([address]) =>
      address.startsWith(`${part}_`),
    ) ?? [];
  const { containers } = service?.['template'] as { containers: { env: Variable[] }[] };
  return Object.fromEntries(
    (containers[0]?.env ?? []).map((each) => [
      each.name,
      each.value ?? each.value_source?.secret_key_ref.secret,
    ]),
  );
}

it('tells the public service its OAuth clients, their secrets by name, and the proxy before it', () => {
  expect(settingsOf('prod')).toMatchObject({
    OUTHAUL_TRUSTED_PROXIES: '1',
    OUTHAUL_OIDC_CLIENT_ID: '1234567890-console.apps.googleusercontent.com',
    OUTHAUL_OIDC_CLIENT_SECRET: 'outhaul-client-secret',
    OUTHAUL_CLI_CLIENT_ID: '1234567890-command.apps.googleusercontent.com',
    OUTHAUL_CLI_CLIENT_SECRET: 'outhaul-command-secret',
  });
});

it('names no client of the command where the configuration has none', () => {
  expect(settingsOf('dev')).not.toHaveProperty('OUTHAUL_CLI_CLIENT_ID');
});

it('tells the worker, and no other service, that Cloud Run’s IAM stands before it', () => {
  expect(settingsOf('prod', 'worker')).toMatchObject({ OUTHAUL_WORKER_BEHIND_IAM: 'true' });
  expect(settingsOf('prod', 'public')).not.toHaveProperty('OUTHAUL_WORKER_BEHIND_IAM');
});
