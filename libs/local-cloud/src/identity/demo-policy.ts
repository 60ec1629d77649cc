import { schedulesAccountEmailOf, serviceAccountEmailOf } from './demo-users.js';
import { type PolicyDocument } from './access-policy.js';

/** Datasets of the samples that not everyone may read. */
export const restrictedDataset = 'restricted';
export const confidentialDataset = 'confidential';

/** The policy tags of the samples; `contact` and `financial` below one taxonomy. */
export const policyTagOf = (projectId: string, name: 'contact' | 'financial'): string =>
  `projects/${projectId}/locations/us/taxonomies/personal-data/policyTags/${name}`;

/**
 * What the demo users hold at first. A viewer reads tables, an exporter takes them away, too; both may list
 * `restricted` and not read it, and do not see `confidential` at all. An admin may do everything.
 */
export function demoPolicy(projectId: string): PolicyDocument {
  const project = `projects/${projectId}`;
  const viewer = 'user:viewer@outhaul.test';
  const exporter = 'user:exporter@outhaul.test';
  const admin = 'user:admin@outhaul.test';
  const service = `serviceAccount:${serviceAccountEmailOf(projectId)}`;
  const schedules = `serviceAccount:${schedulesAccountEmailOf(projectId)}`;
  const files = 'buckets/outhaul-local-files';
  const records = 'buckets/outhaul-local-records';
  const own = (id: string): string => `${project}/roles/${id}`;
  return {
    bindings: [
      { role: 'roles/owner', members: [admin], resource: project },
      { role: 'roles/owner', members: [admin], resource: '*' },
      { role: own('outhaulTableReader'), members: [viewer], resource: project },
      { role: own('outhaulTableExporter'), members: [exporter, service], resource: project },
      { role: 'roles/bigquery.jobUser', members: [exporter, service], resource: project },
      { role: own('outhaulJobWatcher'), members: [service], resource: project },
      {
        role: 'roles/datacatalog.categoryFineGrainedReader',
        members: [exporter],
        resource: policyTagOf(projectId, 'contact'),
      },
      { role: own('outhaulViewer'), members: [viewer], resource: files },
      { role: own('outhaulExporter'), members: [exporter], resource: files },
      { role: own('outhaulAdmin'), members: [admin], resource: files },
      { role: own('outhaulFilesEngine'), members: [service], resource: files },
      { role: own('outhaulRecordsKeeper'), members: [service], resource: records },
      {
        role: own('outhaulSelfSigner'),
        members: [service],
        resource: `serviceAccounts/${serviceAccountEmailOf(projectId)}`,
      },
      {
        role: 'roles/iam.serviceAccountTokenCreator',
        members: [service],
        resource: `serviceAccounts/${schedulesAccountEmailOf(projectId)}`,
      },
      {
        role: own('outhaulTableExporter'),
        members: [schedules],
        resource: `${project}/datasets/samples`,
      },
      { role: 'roles/bigquery.jobUser', members: [schedules], resource: project },
      { role: own('outhaulExporter'), members: [schedules], resource: files },
      { role: own('outhaulManifestSigner'), members: [service], resource: project },
      { role: 'roles/cloudtasks.enqueuer', members: [service], resource: project },
      { role: 'roles/cloudtasks.viewer', members: [service], resource: project },
    ],
    denials: [
      {
        permissions: ['bigquery.tables.getData', 'bigquery.tables.export'],
        members: [viewer, exporter, service, schedules],
        resource: `${project}/datasets/${restrictedDataset}`,
      },
      {
        permissions: ['*'],
        members: [viewer, exporter, service, schedules],
        resource: `${project}/datasets/${confidentialDataset}`,
      },
    ],
  };
}
