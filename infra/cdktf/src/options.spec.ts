import { type StackSettings } from './config.js';
import { guards } from './testing/guards.js';
import { pairwise } from './testing/pairwise.js';
import { policies } from './testing/policies.js';
import { breachesOf } from './testing/policy.js';
import { exampleConfig, synthesize, type Synthesized } from './testing/synth.js';
import { isTerraformInstalled, Terraform } from './testing/terraform.js';

const { encryption, network, budget, delivery } = exampleConfig('prod');
const base = exampleConfig('dev');
const domain = 'outhaul.example.com';
const { browser: _, ...withoutBrowser } = base.signIn;

const doors = {
  'sign-in': { kind: 'sign-in' },
  iap: { kind: 'iap', members: ['group:a@example.com'] },
  machines: { kind: 'machines', invokers: ['group:a@example.com'] },
} as const;

const combinations = pairwise({
  region: [
    'europe-west1',
    'us-central1',
    'asia-northeast1',
    'us-east4',
    'europe-west4',
    'us-west1',
  ],
  locations: [
    ['EU'],
    ['US'],
    ['EU', 'US'],
    ['europe-west1', 'asia-northeast1', 'US'],
    ['us-central1'],
    ['asia-northeast1'],
    ['europe-west3', 'EU'],
  ],
  door: ['sign-in', 'iap', 'machines'],
  environment: ['dev', 'prod'],
  recordsLocation: [undefined, 'EU', 'NAM4', 'ASIA1'],
  imagesLocation: [undefined, 'europe', 'us'],
  encryption: [undefined, encryption],
  signing: [undefined, {}, { keyVersion: 2 }],
  domain: [undefined, domain],
  network: [undefined, network, network && { ...network, egress: 'all' }],
  budget: [undefined, budget],
  traces: [undefined, true],
  delivery: [undefined, delivery],
  protect: [undefined, true],
  lockAudit: [false, true],
  signIn: [exampleConfig('prod').signIn, { clientIds: ['a-client'] }],
  service: [undefined, { cpu: '4', memory: '2Gi', minInstances: 2, maxInstances: 100 }],
  settings: [undefined, { OUTHAUL_CURRENCY: 'EUR' }],
  emails: [['a@example.com'], ['a@example.com', 'b@example.com']],
}).map(({ door, emails, lockAudit, ...rest }): StackSettings => {
  return {
    ...base,
    ...rest,
    // The one pair that the configuration refuses.
    signIn: door === 'machines' ? withoutBrowser : rest.signIn,
    door: doors[door as keyof typeof doors],
    retention: { lockAudit },
    alerts: { ...base.alerts, emails: emails as string[] },
  } as StackSettings;
});

const stacks: readonly Synthesized[] = combinations.map(synthesize);

it('synthesizes every two options together', () => {
  expect(stacks.length).toBeGreaterThanOrEqual(40);
  for (const stack of stacks)
    expect(Object.keys(stack.resource)).toContain('google_storage_bucket');
});

it('would come up at the first apply, whatever is combined', () => {
  const breaches = stacks.flatMap((stack) => breachesOf(stack, [...guards, ...policies]));
  expect(breaches).toEqual([]);
});

it('says the same each time', () => {
  for (const [index, settings] of combinations.slice(0, 10).entries())
    expect(synthesize(settings)).toEqual(stacks[index]);
});

const whereTerraform = isTerraformInstalled() ? describe : describe.skip;

whereTerraform('terraform itself, where it is installed', () => {
  let terraform: Terraform;
  beforeAll(async () => {
    terraform = await Terraform.start(stacks);
  });
  afterAll(() => terraform.stop());

  it('finds no fault in any of them', async () => {
    expect(await terraform.validateAll(stacks)).toEqual([]);
  });

  it.each<[string, (stack: Synthesized) => Synthesized, RegExp]>([
    ['an attribute that does not exist', (stack) => change(stack, { nonsense: true }), /nonsense/],
    [
      'a required attribute that is missing',
      (stack) => change(stack, { location: undefined }),
      /location/,
    ],
    ['a wrong type', (stack) => change(stack, { versioning: { enabled: 'maybe' } }), /bool/],
    [
      'a reference to nothing',
      (stack) => change(stack, { project: '${google_project.nothing.number}' }),
      /undeclared resource/,
    ],
  ])('would find %s', async (_what, broken, message) => {
    const faults = await terraform.validateAll([
      stacks[1],
      broken(stacks[0] as Synthesized),
    ] as Synthesized[]);
    expect(faults.join('\n')).toMatch(message);
  });

  it('draws a graph in which the services wait for their accounts and buckets', async () => {
    await terraform.load(synthesize(exampleConfig('prod')));
    const graph = await terraform.graph();
    const edges = [...graph.matchAll(/"([^"]+)" -> "([^"]+)"/g)].map(([, from, to]) => [from, to]);
    const reaches = (from: RegExp, to: RegExp): boolean => {
      const seen = new Set<string>();
      const queue = edges.filter(([a]) => from.test(a ?? '')).map(([a]) => a ?? '');
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        if (seen.has(next)) continue;
        seen.add(next);
        for (const [a, b] of edges) if (a === next) queue.push(b ?? '');
      }
      return [...seen].some((each) => to.test(each));
    };
    const api = /google_cloud_run_v2_service\.public/;
    expect(reaches(api, /google_service_account\.identities_api/)).toBe(true);
    expect(reaches(api, /google_storage_bucket\.records/)).toBe(true);
    expect(reaches(api, /google_cloud_tasks_queue/)).toBe(true);
    expect(reaches(/google_storage_bucket/, api)).toBe(false);
  });

  it('plans the prod example with what is known only after applying mocked', async () => {
    await terraform.load(synthesize(exampleConfig('prod')), {
      'outhaul.tftest.hcl': `
mock_provider "google" {}
mock_provider "google-beta" {}
mock_provider "time" {}
run "plan" {
  command = plan
  assert {
    condition     = output.address == "https://outhaul.example.com"
    error_message = "the address is not the configured domain"
  }
  assert {
    condition     = length(output.files_buckets) == 2
    error_message = "there is not one bucket for each location"
  }
}
run "apply" {
  assert {
    condition     = output.task_queue != "" && output.worker_service != ""
    error_message = "the queue and the worker have no address"
  }
}
`,
    });
    expect(await terraform.test()).toContain('2 passed, 0 failed');
  });
});

function change(stack: Synthesized, fields: Record<string, unknown>): Synthesized {
  const [[name, bucket] = ['', {}]] = Object.entries(stack.resource['google_storage_bucket'] ?? {});
  return {
    ...stack,
    resource: {
      ...stack.resource,
      google_storage_bucket: {
        ...stack.resource['google_storage_bucket'],
        [name]: { ...bucket, ...fields },
      },
    },
  };
}
