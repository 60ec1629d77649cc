import { parseConfig } from '../config.js';

const least = {
  OUTHAUL_PROJECT: 'demo-project',
  OUTHAUL_FILES_BUCKETS: 'files',
  OUTHAUL_RECORDS_BUCKET: 'records',
  OUTHAUL_AUTH: 'service-account',
};

it('moves exports itself unless a queue is named', () => {
  expect(parseConfig(least)).toMatchObject({
    serve: 'public',
    tasks: undefined,
    admits: undefined,
  });
});

it('names all that a queue and a worker need', () => {
  expect(() =>
    parseConfig({
      ...least,
      OUTHAUL_SERVE: 'worker',
      OUTHAUL_TASK_QUEUE: 'projects/p/locations/l/queues/q',
    }),
  ).toThrow(
    /OUTHAUL_TASK_ACCOUNT[\s\S]*OUTHAUL_WORKER_URL[\s\S]*OUTHAUL_WORKER_AUDIENCE[\s\S]*OUTHAUL_WORKER_CALLERS/,
  );
});

it('reads the worker’s settings', () => {
  expect(
    parseConfig({
      ...least,
      OUTHAUL_SERVE: 'worker',
      OUTHAUL_TASK_QUEUE: 'projects/p/locations/l/queues/q',
      OUTHAUL_TASK_ACCOUNT: 'api@p.iam.gserviceaccount.com',
      OUTHAUL_WORKER_URL: 'https://worker.example/',
      OUTHAUL_WORKER_AUDIENCE: 'outhaul-worker',
      OUTHAUL_WORKER_CALLERS: 'api@p.iam.gserviceaccount.com, worker@p.iam.gserviceaccount.com',
    }),
  ).toMatchObject({
    serve: 'worker',
    tasks: { url: 'https://worker.example', audience: 'outhaul-worker' },
    admits: {
      callers: ['api@p.iam.gserviceaccount.com', 'worker@p.iam.gserviceaccount.com'],
      issuer: 'https://accounts.google.com',
      isBehindIam: false,
    },
  });
});

const behindIam = { ...least, OUTHAUL_WORKER_BEHIND_IAM: 'true' };

it('stands behind Cloud Run’s IAM where it is told so', () => {
  const worker = { OUTHAUL_SERVE: 'worker', OUTHAUL_WORKER_AUDIENCE: 'a' };
  const callers = { OUTHAUL_WORKER_CALLERS: 'api@p.iam.gserviceaccount.com' };
  expect(parseConfig({ ...behindIam, ...worker, ...callers }).admits?.isBehindIam).toBe(true);
});

it('refuses tokens without a signature on the public service, by the setting’s name', () => {
  expect(() => parseConfig(behindIam)).toThrow(/OUTHAUL_WORKER_BEHIND_IAM: is for/);
});
