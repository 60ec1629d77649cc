import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/**
 * Rolls an image out to one Cloud Run service: a new revision without traffic, then a tenth of it, then all, with a look at
 * its health each time. When anything fails, traffic goes back to the revision that served before, and the exit code is 1.
 * In both cases traffic follows the newest revision at the end: pinned to one, it would never reach what a later deploy of
 * the stack changes.
 */
const { values } = parseArgs({
  options: {
    service: { type: 'string' },
    region: { type: 'string' },
    image: { type: 'string' },
    /** Where the service answers from outside; asked while it has part of the traffic, and all. */
    'health-url': { type: 'string' },
    /** For a service that is not reached from outside: Cloud Run's own start probe is the only gate. */
    unreachable: { type: 'boolean', default: false },
    'settle-seconds': { type: 'string', default: '60' },
  },
});
const { service, region, image, unreachable } = values;
const healthUrl = values['health-url'];
if (!service || !region || !image || (!healthUrl && !unreachable)) {
  console.error('usage: rollout --service S --region R --image I (--health-url U | --unreachable)');
  process.exit(2);
}
if (!/@sha256:[0-9a-f]{64}$/.test(image)) {
  console.error('The image must be named by its digest.');
  process.exit(2);
}
const settleMs = Number(values['settle-seconds']) * 1000;
const gcloud = (...args) =>
  execFileSync('gcloud', [...args, '--region', region, '--quiet'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
const traffic = (to) => gcloud('run', 'services', 'update-traffic', service, '--to-revisions', to);

const before = serving();
console.log(`${service} is served by ${before}.`);
try {
  gcloud('run', 'services', 'update', service, '--image', image, '--no-traffic');
  const after = gcloud(
    'run',
    'services',
    'describe',
    service,
    '--format=value(status.latestReadyRevisionName)',
  );
  if (after === before) throw new Error('the new revision did not get ready');
  const steps = healthUrl ? [10, 100] : [100];
  for (const percent of steps) {
    traffic(percent === 100 ? `${after}=100` : `${after}=${percent},${before}=${100 - percent}`);
    console.log(`${after} has ${percent} % of the traffic.`);
    if (healthUrl) await staysHealthy();
  }
  console.log(`${service} is served by ${after}.`);
  gcloud('run', 'services', 'update-traffic', service, '--to-latest');
} catch (error) {
  console.error(`${error.message}: back to ${before}.`);
  traffic(`${before}=100`);
  restore();
  process.exit(1);
}

/** Makes the earlier image the newest revision, so that traffic need not stay pinned. */
function restore() {
  try {
    const earlier = gcloud(
      'run',
      'revisions',
      'describe',
      before,
      '--format=value(spec.containers[0].image)',
    );
    gcloud('run', 'services', 'update', service, '--image', earlier, '--no-traffic');
    gcloud('run', 'services', 'update-traffic', service, '--to-latest');
  } catch {
    console.error(
      `Traffic of ${service} stays pinned to ${before}. Set its earlier image, and then: gcloud run services update-traffic ${service} --region ${region} --to-latest`,
    );
  }
}

/** The revision that has the most traffic. */
function serving() {
  const { status } = JSON.parse(
    gcloud('run', 'services', 'describe', service, '--format=json(status.traffic)'),
  );
  const [most] = status.traffic
    .filter(({ revisionName }) => revisionName)
    .sort((a, b) => (b.percent ?? 0) - (a.percent ?? 0));
  return most.revisionName;
}

/** Asks for as long as it takes to settle; two failures in a row are one too many. */
async function staysHealthy() {
  const until = Date.now() + settleMs;
  let failures = 0;
  do {
    failures = (await isHealthy()) ? 0 : failures + 1;
    if (failures >= 2) throw new Error(`${healthUrl} does not respond well`);
    await new Promise((resolve) => setTimeout(resolve, Math.min(1_000, settleMs / 4)));
    // A failure at the very end is looked at again, too.
  } while (Date.now() < until || failures > 0);
}

async function isHealthy() {
  try {
    const answer = await fetch(healthUrl, { signal: AbortSignal.timeout(5_000) });
    return answer.ok && (await answer.json()).status === 'alive';
  } catch {
    return false;
  }
}
