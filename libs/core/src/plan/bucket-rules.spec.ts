import { aBench, aRequest } from '../testing/index.js';

const day = 86_400;

/** What planning comes to in a bucket with these rules. */
async function planned(bucketRules: object) {
  const bench = aBench();
  bench.files.bucketRules = bucketRules;
  return bench.exporter.plan(bench.owner, aRequest());
}

describe('a files bucket', () => {
  it.each<[object, string, string]>([
    [
      { retentionSeconds: 30 * day },
      'retention policy: no object can be deleted or replaced for 30 days',
      '--clear-retention-period',
    ],
    [{ retentionSeconds: day, isRetentionLocked: true }, '1 day', 'locked: use another bucket'],
    [{ holdsObjects: true }, 'places a hold', '--no-default-event-based-hold'],
  ])('is refused before anything runs when it is kept by %j', async (rules, message, fix) => {
    await expect(planned(rules)).rejects.toMatchObject({
      code: 'request-invalid',
      message: expect.stringContaining(message) as string,
      details: { field: 'bucket', fix: expect.stringContaining(fix) as string },
    });
  });

  it('is warned of when it keeps what is deleted', async () => {
    const { warnings } = await planned({ softDeleteSeconds: 7 * day });
    expect(warnings).toMatchObject([
      {
        code: 'soft-delete',
        message: expect.stringContaining('for 7 days') as string,
        fix: 'gcloud storage buckets update gs://files --clear-soft-delete',
      },
    ]);
  });

  it('needs no word when it keeps nothing', async () => {
    expect((await planned({})).warnings).toEqual([]);
  });
});
