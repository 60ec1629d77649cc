import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { customRoles } from './roles.js';
import { exampleConfig, exampleNames, resourcesOf, synthesize } from './testing/synth.js';

const named = (example: (typeof exampleNames)[number]) =>
  synthesize({
    ...exampleConfig(example),
    name: 'acme-exports',
    project: 'acme-data-prod',
    image: `europe-west1-docker.pkg.dev/acme-data-prod/images/app@sha256:${'0'.repeat(64)}`,
  });

it.each(exampleNames)('calls nothing of the %s example by a name that was not given', (example) => {
  const names = Object.values(named(example).resource)
    .flatMap((resources) => Object.values(resources))
    .flatMap((fields) =>
      ['name', 'account_id', 'bucket_id', 'role_id', 'repository_id', 'display_name', 'filter'].map(
        (field) => fields[field],
      ),
    )
    .filter((value) => typeof value === 'string' && !value.startsWith('${'));
  expect(names).toContain('acme-exports-api');
  // Titles for people, and the addresses of secrets' and callers' resources, may speak of the product.
  expect(names.filter((name) => /\bouthaul[-_A-Z]/.test(String(name)))).toEqual([]);
});

it('tells both services the name, by which access reviews know its roles', () => {
  for (const [, { template }] of resourcesOf(named('prod'), 'google_cloud_run_v2_service')) {
    const { containers } = template as { containers: { env: { name: string; value: string }[] }[] };
    expect(containers[0]?.env).toContainEqual({
      name: 'OUTHAUL_DEPLOYMENT',
      value: 'acme-exports',
    });
  }
});

it('gives the groups of a deployment only roles that the access review can explain', () => {
  const review = readFileSync(
    join(__dirname, '../../../libs/core/src/access/access-review.ts'),
    'utf8',
  );
  const [, known = ''] = /const partsOfOwnRole[^{]*\{([\s\S]*?)\n\};/.exec(review) ?? [];
  // On the project and the files buckets, which a review reads; the others are on resources that it does not.
  const seen = ['FilesEngine', 'JobWatcher', 'Viewer', 'Exporter', 'Admin'];
  expect(customRoles.map(({ id }): string => id)).toEqual(expect.arrayContaining(seen));
  for (const id of seen) expect(known).toMatch(new RegExp(`\\b${id}: \\[`));
});
