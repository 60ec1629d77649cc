import { type Area } from '../probe.js';
import { told } from '../told.js';
import { type World } from '../world.js';

const doors = 'apps/cli/src/doors/front-door.ts';
const source = 'https://cloud.google.com/run/docs/authenticating/service-to-service';

/** Asks the deployed service with these headers alone. */
const ask = (world: World, headers: Readonly<Record<string, string>>) =>
  world.me.call(`${world.options.serviceUrl}/api/health`, { headers, once: true });

async function idToken(world: World, audience: string): Promise<string> {
  const { iamCredentials } = world.config.endpoints;
  const answer = await world.me.call(
    `${iamCredentials}/v1/projects/-/serviceAccounts/${world.options.impersonate}:generateIdToken`,
    { json: { audience, includeEmail: true } },
  );
  return String(answer.orThrow().at('token'));
}

/** A deployed Outhaul behind Cloud Run's IAM; the colleague has roles/run.invoker on it. */
export const doorArea: Area = {
  name: 'doors',
  title: 'Cloud Run’s IAM in front of a deployed service',
  probes: [
    {
      id: 'doors.access-token',
      question: 'Is an access token refused by Cloud Run’s IAM?',
      why: 'The command shows an identity token beside the access token.',
      where: doors,
      source,
      expected: ['refused'],
      needs: ['service-url'],
      ask: async (world) => told(await ask(world, {}), 'works', /^40[13]/),
    },
    {
      id: 'doors.identity-token-beside-it',
      question: 'Does an identity token in X-Serverless-Authorization let a caller in?',
      why: 'Authorization stays free for the access token that Outhaul itself asks for.',
      where: doors,
      source,
      expected: ['works'],
      needs: ['service-url', 'impersonate'],
      async ask(world) {
        const token = await idToken(world, world.options.serviceUrl ?? '');
        const headers = { 'X-Serverless-Authorization': `Bearer ${token}` };
        return told(await ask(world, headers), 'works');
      },
    },
    {
      id: 'doors.another-audience',
      question: 'Is an identity token for another audience refused?',
      why: 'The token is made for the address that the service is reached by.',
      where: doors,
      source,
      expected: ['refused'],
      needs: ['service-url', 'impersonate'],
      async ask(world) {
        const token = await idToken(world, 'https://elsewhere.example.com');
        const headers = { 'X-Serverless-Authorization': `Bearer ${token}` };
        return told(await ask(world, headers), 'works', /^40[13]/);
      },
    },
  ],
};
