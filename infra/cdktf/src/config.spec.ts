import { parseStackConfig, type StackSettings } from './config.js';
import { exampleConfig } from './testing/synth.js';

const dev = exampleConfig('dev');
const parse = (rest: object) => () => parseStackConfig({ ...dev, ...rest } as StackSettings);

it('fills in what is not said', () => {
  expect(parseStackConfig(dev)).toMatchObject({
    name: 'outhaul',
    service: { cpu: '1', memory: '512Mi', minInstances: 0, maxInstances: 10 },
    retention: { filesDays: 7, recordsDays: 400, auditDays: 400 },
    schedules: { datasets: [] },
  });
});

it('names every fault at once, by its place', () => {
  expect(
    parse({ region: 'Europe', image: 'outhaul:latest', colour: 'red', locations: [] }),
  ).toThrow(
    /region: is no region[\s\S]*image: must name the image by its digest[\s\S]*locations: names no location[\s\S]*colour/,
  );
});

it.each<[string, object, RegExp]>([
  [
    'two ways in',
    { iap: { members: ['group:a@example.com'] } },
    /access: must say how .* in one way/,
  ],
  ['no way in', { access: { admins: ['group:a@example.com'] } }, /access: must say how/],
  ['no admin', { access: { ...dev.access, admins: [] } }, /access.admins: names no admin/],
  [
    'everybody as a member',
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
    'an unlocked audit log in prod',
    { environment: 'prod', retention: { lockAudit: false } },
    /retention.lockAudit: must be true in prod/,
  ],
  [
    'a secret instead of its name',
    { signIn: { ...dev.signIn, maskKey: 'a secret of many words!' } },
    /signIn.maskKey: is no name of a secret/,
  ],
  ['nobody to alert', { alerts: { ...dev.alerts, emails: [] } }, /alerts.emails: names nobody/],
  [
    'a dataset without its project',
    { schedules: { datasets: ['sales'] } },
    /schedules.datasets.0: is no project.dataset/,
  ],
])('refuses %s', (_what, rest, message) => {
  expect(parse(rest)).toThrow(message);
});
