import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseStackConfig, type StackSettings } from './config.js';
import { exampleConfig } from './testing/synth.js';
import { tunableSettings } from './tunable-settings.js';

const dev = exampleConfig('dev');
const parse = (rest: object) => () => parseStackConfig({ ...dev, ...rest } as StackSettings);

it('fills in what is not said', () => {
  expect(parseStackConfig(dev)).toMatchObject({
    name: 'outhaul',
    service: { cpu: '1', memory: '512Mi', minInstances: 0, maxInstances: 10 },
    retention: { filesDays: 7, recordsDays: 400, auditDays: 400, lockAudit: false },
    door: { kind: 'sign-in' },
    protect: false,
  });
});

it('names every fault at once, by its place', () => {
  expect(
    parse({ region: 'Europe', image: 'outhaul:latest', colour: 'red', locations: [] }),
  ).toThrow(
    /region: is no region of Cloud Run; near to it: [\w-]+[\s\S]*image: must name the image by its digest[\s\S]*locations: names no location[\s\S]*colour/,
  );
});

it.each<[string, object, RegExp]>([
  ['a door that is none', { door: { kind: 'window' } }, /door.*: is no door; write/],
  ['a proxy for no one', { door: { kind: 'iap', members: [] } }, /door.members: names no one/],
  [
    'a whole domain of machines',
    { door: { kind: 'machines', invokers: ['domain:example.com'] } },
    /door.invokers.0: may not be a whole domain/,
  ],
  [
    'a console behind a door that no browser passes',
    { door: { kind: 'machines', invokers: ['serviceAccount:a@b.iam.gserviceaccount.com'] } },
    /signIn.browser: is of no use/,
  ],
  ['no admin', { access: { ...dev.access, admins: [] } }, /access.admins: names no admin/],
  [
    'everyone as a member',
    { access: { ...dev.access, viewers: ['allUsers'] } },
    /access.viewers.0: names no IAM member/,
  ],
  ['a location twice', { locations: ['EU', 'EU'] }, /locations: names one twice/],
  [
    'more least than most instances',
    { service: { minInstances: 5, maxInstances: 2 } },
    /service.minInstances: is more than maxInstances/,
  ],
  [
    'four processors with too little memory',
    { service: { cpu: '4', memory: '1Gi' } },
    /service.memory: is too little for cpu 4; write at least 2Gi/,
  ],
  [
    'eight processors with too little memory',
    { worker: { cpu: '8', memory: '2Gi' } },
    /worker.memory: is too little for cpu 8; write at least 4Gi/,
  ],
  [
    'less memory than an instance starts with',
    { service: { memory: '256Mi' } },
    /service.memory: is too little for cpu 1; write at least 512Mi/,
  ],
  [
    'more memory than one processor gets',
    { service: { memory: '8Gi' } },
    /service.memory: is too much for cpu 1; write at most 4Gi/,
  ],
  [
    'a bucket name that is too long',
    {
      project: 'a-project-id-of-thirty-letters',
      name: 'a-name-of-16-ltr',
      locations: ['northamerica-northeast1'],
    },
    /name: makes a bucket name of 77 characters .* write a name of at most 2/,
  ],
  [
    'a region that does not exist',
    { region: 'europe-west99' },
    /region: is no region of Cloud Run; near to it: europe-west9, /,
  ],
  [
    'a location that BigQuery does not have',
    { locations: ['ASIA'] },
    /locations.0: is no location of BigQuery/,
  ],
  [
    'a domain where Cloud Run maps none',
    { region: 'europe-west3', domain: 'outhaul.example.com' },
    /domain: cannot be mapped in europe-west3; Cloud Run maps names in asia-east1/,
  ],
  [
    'a setting that the stack sets itself',
    { settings: { OUTHAUL_AUTH: 'service-account' } },
    /settings.OUTHAUL_AUTH: is not for you to set here; these are: OUTHAUL_CURRENCY/,
  ],
  [
    'a currency that is none',
    { budget: { billingAccount: '012345-6789AB-CDEF01', monthlyAmount: 1, currency: 'eur' } },
    /budget.currency: is no currency/,
  ],
  [
    'a repository without its number',
    { delivery: { repository: 'a/b', repositoryId: 'a/b' } },
    /delivery.repositoryId: is no number; ask: gh api/,
  ],
  [
    'a secret instead of its name',
    { signIn: { ...dev.signIn, maskKey: 'a secret of many words!' } },
    /signIn.maskKey: is no name of a secret/,
  ],
  ['no one to alert', { alerts: { ...dev.alerts, emails: [] } }, /alerts.emails: names no one/],
])('refuses %s', (_what, rest, message) => {
  expect(parse(rest)).toThrow(message);
});

it('names faults of single fields and of their mixture together', () => {
  expect(
    parse({
      image: 'outhaul:latest',
      locations: ['EU', 'EU'],
      region: 'europe-west3',
      domain: 'a.example.com',
    }),
  ).toThrow(/image: must name[\s\S]*locations: names one twice[\s\S]*domain: cannot be mapped/);
});

it('takes settings that the service knows, as texts', () => {
  const settings = { OUTHAUL_PRICE_PER_TIB: 5, OUTHAUL_CURRENCY: 'EUR' };
  expect(parseStackConfig({ ...dev, settings }).settings).toEqual({
    OUTHAUL_PRICE_PER_TIB: '5',
    OUTHAUL_CURRENCY: 'EUR',
  });
  const known = readFileSync(join(__dirname, '../../../.env.example'), 'utf8');
  for (const name of tunableSettings) expect(known).toMatch(new RegExp(`^# ${name}=`, 'm'));
});
