import { ArtifactRegistryRepository } from '@cdktf/provider-google/lib/artifact-registry-repository';
import { Construct } from 'constructs';
import { type Deployment } from './deployment.js';
import { type Encryption } from './encryption.js';

/** Where the image is kept; a tag, once given, stays with its image. */
export class Registry extends Construct {
  readonly repository: ArtifactRegistryRepository;

  constructor(scope: Construct, deployment: Deployment, encryption: Encryption) {
    super(scope, 'registry');
    const { config } = deployment;
    const location = config.imagesLocation ?? config.region;
    const key = encryption.keyOf(location, 'registry');
    this.repository = new ArtifactRegistryRepository(this, 'images', {
      project: config.project,
      location,
      repositoryId: config.name,
      format: 'DOCKER',
      description: 'Images of Outhaul',
      // Services run by digest, and signatures are tags that are written again; a policy cannot delete what an
      // immutable tag holds: https://cloud.google.com/artifact-registry/docs/repositories/cleanup-policy-overview
      dockerConfig: { immutableTags: false },
      kmsKeyName: key?.name,
      // A release is an image, its signature and its parts list. Cloud Run keeps what its revisions run by itself.
      cleanupPolicies: [
        { id: 'keep-recent', action: 'KEEP', mostRecentVersions: { keepCount: 60 } },
        {
          id: 'delete-old',
          action: 'DELETE',
          condition: { tagState: 'ANY', olderThan: '7776000s' },
        },
      ],
      dependsOn: [deployment.ready, ...(key ? [key.usable] : [])],
    });
  }

  /** Address that images are pushed to. */
  get address(): string {
    const { location, project, repositoryId } = this.repository;
    return `${location}-docker.pkg.dev/${project}/${repositoryId}`;
  }
}
