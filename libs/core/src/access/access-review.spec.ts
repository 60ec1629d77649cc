import { type AccessBinding, reviewAccess } from './access-review.js';

const review = async (bindings: readonly AccessBinding[], deployment: string) => {
  const { grants } = await reviewAccess(
    [{ kind: 'bucket', bucket: 'acme-data-prod-acme-exports-files-eu' }],
    { bindingsOf: () => Promise.resolve(bindings) },
    () => Promise.resolve({ items: [] }),
    0,
    deployment,
  );
  return grants.map(({ role, gives }) => [role.split('/').at(-1), ...gives]);
};
const held = (id: string): AccessBinding => ({
  role: `projects/acme-data-prod/roles/${id}`,
  member: 'group:analysts@example.com',
});

it('knows the roles of a deployment by its own name', async () => {
  const bindings = ['acme_exportsViewer', 'acme_exportsExporter', 'acme_exportsFilesEngine'];
  expect(await review(bindings.map(held), 'acme-exports')).toEqual([
    ['acme_exportsViewer', 'see exports'],
    ['acme_exportsExporter', 'write files'],
    ['acme_exportsFilesEngine', 'serve exports'],
  ]);
});

it('takes the roles of another deployment, and roles that only start alike, for unknown', async () => {
  const bindings = ['outhaulExporter', 'acme_exports', 'acme_exportsSomething'].map(held);
  expect(await review(bindings, 'acme-exports')).toEqual([
    ['outhaulExporter', 'unknown'],
    ['acme_exports', 'unknown'],
    ['acme_exportsSomething', 'unknown'],
  ]);
});
