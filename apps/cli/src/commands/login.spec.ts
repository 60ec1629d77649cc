import { useFakeService } from '../testing/fake-service.js';

const { answers, written, run } = useFakeService();

it('refuses a sign-in by code at Google, and says what to do instead', async () => {
  const issuer = 'https://accounts.google.com';
  answers['GET /api/v1/sign-in-options'] = [200, { auth: 'google', issuer, clientId: 'a-client' }];
  expect([await run('login', '--device'), written.stderr]).toEqual([
    2,
    expect.stringMatching(/Google does not let[\s\S]*gcloud auth login --no-browser/),
  ]);
});
