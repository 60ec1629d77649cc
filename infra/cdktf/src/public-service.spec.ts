import { type StackSettings } from './config.js';
import { exampleConfig, resourcesOf, synthesize } from './testing/synth.js';

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly value_source?: { readonly secret_key_ref: { readonly secret: string } };
}

/** A service's settings: a value, or the name of the secret that holds it. */
function settingsOf(
  settings: StackSettings,
  part: 'public' | 'worker' = 'public',
): Record<string, string | undefined> {
  const [, service] =
    resourcesOf(synthesize(settings), 'google_cloud_run_v2_service').find(([address]) =>
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
  expect(settingsOf(exampleConfig('prod'))).toMatchObject({
    OUTHAUL_TRUSTED_PROXIES: '1',
    OUTHAUL_OIDC_CLIENT_ID: '1234567890-console.apps.googleusercontent.com',
    OUTHAUL_OIDC_CLIENT_SECRET: 'outhaul-client-secret',
    OUTHAUL_CLI_CLIENT_ID: '1234567890-command.apps.googleusercontent.com',
    OUTHAUL_CLI_CLIENT_SECRET: 'outhaul-command-secret',
  });
});

it('names no client of the command where the configuration has none', () => {
  const dev = exampleConfig('dev');
  const { command: _, ...signIn } = dev.signIn;
  expect(settingsOf({ ...dev, signIn })).not.toHaveProperty('OUTHAUL_CLI_CLIENT_ID');
});

it('tells it for how long files are kept, and what the configuration sets beside', () => {
  const settings = { OUTHAUL_PRICE_PER_TIB: 5 };
  expect(settingsOf({ ...exampleConfig('prod'), settings })).toMatchObject({
    OUTHAUL_RETENTION_DAYS: '14',
    OUTHAUL_MAX_RETENTION_DAYS: '14',
    OUTHAUL_PRICE_PER_TIB: '5',
  });
});

const serviceOf = (settings: StackSettings) =>
  resourcesOf(synthesize(settings), 'google_cloud_run_v2_service').find(([address]) =>
    address.startsWith('public_'),
  )?.[1];
const invokersOf = (settings: StackSettings) =>
  resourcesOf(synthesize(settings), 'google_cloud_run_v2_service_iam_member')
    .filter(([address]) => address.startsWith('public_'))
    .map(([, { member }]) => member);

describe('the door', () => {
  const dev = exampleConfig('dev');
  const machine = 'serviceAccount:robot@a-project.iam.gserviceaccount.com';
  const forMachines: StackSettings = {
    ...dev,
    door: { kind: 'machines', invokers: [machine] },
    signIn: { ...dev.signIn, browser: undefined },
  };

  it('“sign-in” switches Cloud Run’s check off, and needs no member that an organization may refuse', () => {
    expect(serviceOf(dev)).toMatchObject({ invoker_iam_disabled: true });
    expect(invokersOf(dev)).toEqual([]);
  });

  it('“machines” lets the named callers in, also with ID tokens of the command’s client', () => {
    expect(serviceOf(forMachines)).toMatchObject({
      custom_audiences: ['1234567890-command.apps.googleusercontent.com'],
    });
    expect(serviceOf(forMachines)).not.toHaveProperty('invoker_iam_disabled');
    expect(invokersOf(forMachines)).toEqual([machine]);
  });

  it('“iap” lets its proxy in alone, and the command’s client through the proxy', () => {
    const iap = exampleConfig('iap');
    expect(serviceOf(iap)).toMatchObject({ iap_enabled: true });
    expect(invokersOf(iap)).toEqual([
      expect.stringMatching(/google_project_service_identity\..*iap.*\.member/),
    ]);
    const [[, settings] = []] = resourcesOf(synthesize(iap), 'google_iap_settings');
    expect(settings).toMatchObject({
      name: expect.stringMatching(/iap_web\/cloud_run-europe-west1\/services\//),
      access_settings: {
        oauth_settings: {
          programmatic_clients: ['1234567890-command.apps.googleusercontent.com'],
        },
      },
    });
  });
});

it('tells the worker, and no other service, that Cloud Run’s IAM stands before it', () => {
  expect(settingsOf(exampleConfig('prod'), 'worker')).toMatchObject({
    OUTHAUL_WORKER_BEHIND_IAM: 'true',
  });
  expect(settingsOf(exampleConfig('prod'), 'public')).not.toHaveProperty(
    'OUTHAUL_WORKER_BEHIND_IAM',
  );
});
