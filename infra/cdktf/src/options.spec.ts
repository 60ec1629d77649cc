import { type StackSettings } from './config.js';
import { pairwise } from './testing/pairwise.js';
import { exampleConfig, synthesize, type Synthesized } from './testing/synth.js';
import { isTerraformInstalled, Terraform } from './testing/terraform.js';

const { encryption, iap, domain, network, budget, delivery, schedules } = exampleConfig('prod');
const { access: byMembers } = exampleConfig('dev');
const base = exampleConfig('dev');

const doors = {
  iap: { access: { admins: ['group:a@example.com'] }, iap },
  internet: { access: { admins: ['group:a@example.com'], openToInternet: true } },
  members: { access: byMembers },
};

const combinations = pairwise({
  door: ['iap', 'internet', 'members'],
  environment: ['dev', 'prod'],
  locations: [['EU'], ['EU', 'US'], ['europe-west1', 'asia-northeast1', 'US']],
  encryption: [undefined, encryption],
  domain: [undefined, domain],
  network: [undefined, network, network && { ...network, egress: 'all' }],
  budget: [undefined, budget],
  traces: [undefined, true],
  delivery: [undefined, delivery],
  schedules: [undefined, schedules],
  signIn: [exampleConfig('prod').signIn, { clientIds: ['a-client'] }],
  service: [undefined, { cpu: '4', memory: '2Gi', minInstances: 2, maxInstances: 100 }],
  emails: [['a@example.com'], ['a@example.com', 'b@example.com']],
}).map(({ door, emails, ...rest }): StackSettings => {
  const isOpen = door === 'internet';
  return {
    ...base,
    ...rest,
    ...doors[door as keyof typeof doors],
    // The one pair that the configuration refuses: open to the internet in prod without a domain.
    domain: isOpen && rest.environment === 'prod' ? domain : (rest.domain as string | undefined),
    retention: { lockAudit: rest.environment === 'prod' },
    alerts: { ...base.alerts, emails: emails as string[] },
  } as StackSettings;
});

const stacks: readonly Synthesized[] = combinations.map(synthesize);

it('synthesizes every two options together', () => {
  expect(stacks.length).toBeGreaterThan(8);
  for (const stack of stacks)
    expect(Object.keys(stack.resource)).toContain('google_storage_bucket');
});

it('says the same each time', () => {
  for (const [index, settings] of combinations.entries())
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
    const faults: Record<number, readonly string[]> = {};
    for (const [index, stack] of stacks.entries()) {
      await terraform.load(stack);
      const found = await terraform.validate();
      if (found.length > 0) faults[index] = found;
    }
    expect(faults).toEqual({});
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
    await terraform.load(broken(stacks[0] as Synthesized));
    expect((await terraform.validate()).join('\n')).toMatch(message);
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
    // Keys may not be destroyed, which the end of a test would do.
    await terraform.load(synthesize({ ...exampleConfig('prod'), encryption: undefined }), {
      'outhaul.tftest.hcl': `
mock_provider "google" {}
mock_provider "google-beta" {}
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
    condition     = output.task_queue != "" && output.worker_uri != ""
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
