import { Identity } from '../identity.js';
import { type Area } from '../probe.js';
import { told } from '../told.js';
import { type World } from '../world.js';

const tokenInfo = 'libs/google/src/token-info.ts';

const ask = async (world: World, token: string) =>
  world.me.call(world.config.endpoints.tokenInfo, {
    body: new URLSearchParams({ access_token: token }).toString(),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  });

const projectPermissions = (world: World) =>
  `${world.config.endpoints.resourceManager}/v1/projects/${world.options.project}:testIamPermissions`;
const asked = { json: { permissions: ['bigquery.jobs.create'] } };

/** Tokens, scopes, permissions. */
export const access: Area = {
  name: 'access',
  title: 'Access: tokens, scopes, permissions',
  probes: [
    {
      id: 'access.token-facts',
      question: 'Does tokeninfo tell client, scopes and end of an access token, as text?',
      why: 'That is how the service finds out who calls, and through which application.',
      where: tokenInfo,
      source:
        'https://developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken',
      expected: ['aud, scope and exp as text'],
      async ask(world) {
        const answer = (await ask(world, await world.me.token())).orThrow();
        const isText = ['aud', 'scope', 'exp'].filter(
          (name) => typeof answer.at(name) === 'string',
        );
        return { answer: `${isText.join(', ').replace(/, (?=\w+$)/, ' and ')} as text` };
      },
    },
    {
      id: 'access.unknown-token',
      question: 'Is an unknown token refused by tokeninfo with 400?',
      why: 'A 400 is a sign-in that has ended, anything else a service that cannot be reached.',
      where: tokenInfo,
      expected: ['refused'],
      async ask(world) {
        return told(await ask(world, 'ya29.not-a-token'), 'works', /^400/);
      },
    },
    {
      id: 'access.token-of-an-account',
      question: 'What is the client of a service account’s token: a number?',
      why: 'Service accounts that call the service are admitted by that number.',
      where: 'apps/api/src/identity/check-token.ts',
      expected: ['a number'],
      needs: ['impersonate'],
      async ask(world) {
        const second = await world.second();
        const answer = (await ask(world, await second.token())).orThrow();
        return { answer: /^\d+$/.test(String(answer.at('aud'))) ? 'a number' : 'something else' };
      },
    },
    {
      id: 'access.scope-of-projects',
      question: 'Does asking for permissions on a project need the scope cloud-platform?',
      why: 'Sign-ins with narrower scopes are refused, or this question is taken as unanswered.',
      where: 'libs/core/src/plan/preflight.ts',
      source:
        'https://cloud.google.com/resource-manager/reference/rest/v1/projects/testIamPermissions',
      expected: ['refused'],
      needs: ['impersonate'],
      async ask(world) {
        const narrow = Identity.impersonated(
          world.me,
          world.options.impersonate ?? '',
          world.config,
          [
            'https://www.googleapis.com/auth/bigquery',
            'https://www.googleapis.com/auth/devstorage.read_write',
          ],
        );
        return told(await narrow.call(projectPermissions(world), asked), 'works', /403.*scope/is);
      },
    },
    {
      id: 'access.project-permissions',
      question: 'Does Resource Manager tell which of several permissions one holds on a project?',
      why: 'What a person lacks is told before an export starts.',
      where: 'libs/google/src/permissions.ts',
      source:
        'https://cloud.google.com/resource-manager/reference/rest/v1/projects/testIamPermissions',
      expected: ['bigquery.jobs.create'],
      async ask(world) {
        const answer = await world.me.call(projectPermissions(world), asked);
        return { answer: ((answer.orThrow().at('permissions') as string[]) ?? []).join(', ') };
      },
    },
    {
      id: 'access.quota-project',
      question: 'May Resource Manager be asked without a quota project (X-Goog-User-Project)?',
      why: 'People’s credentials may name one; the header is sent where they do.',
      where: 'libs/google/src/permissions.ts',
      source: 'https://cloud.google.com/docs/quotas/set-quota-project',
      expected: ['works', 'refused'],
      async ask(world) {
        const own = Identity.withToken(await world.me.token());
        return told(await own.call(projectPermissions(world), asked), 'works');
      },
    },
    {
      id: 'access.permissions-of-a-missing-table',
      question: 'What do testIamPermissions say of a table that is not there?',
      why: 'No permissions and not found are told alike: no one learns what exists.',
      where: 'libs/core/src/plan/preflight.ts',
      expected: ['no permissions', 'refused'],
      async ask(world) {
        const path = `${world.tablePath('no_such_table')}:testIamPermissions`;
        const json = { permissions: ['bigquery.tables.getData'] };
        const answer = await world.bigquery.call(path, { json });
        const held = (answer.at('permissions') as string[] | undefined) ?? [];
        return told(answer, held.length === 0 ? 'no permissions' : held.join(', '));
      },
    },
    {
      id: 'access.revoke',
      question: 'Does revoking one token end another one of the same person and client?',
      why: 'Signing out drops the session only; tokens are revoked under “sign out everywhere”.',
      where: 'apps/api/src/identity/sign-in/sign-in.controller.ts',
      source: 'https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke',
      expected: ['the other one ends, too', 'the other one stays'],
      needs: ['revocable-tokens'],
      async ask(world) {
        const [first = '', second = ''] = world.config.revocableTokens;
        const revoked = await world.me.call(world.config.endpoints.revoke, {
          body: new URLSearchParams({ token: first }).toString(),
          headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        });
        revoked.orThrow();
        await new Promise((resolve) => setTimeout(resolve, 2_000));
        const isKnown = (await ask(world, second)).ok;
        return { answer: isKnown ? 'the other one stays' : 'the other one ends, too' };
      },
    },
  ],
};
