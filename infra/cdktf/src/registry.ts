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
    const key = encryption.keyOf(config.region);
    this.repository = new ArtifactRegistryRepository(this, 'images', {
      project: config.project,
      location: config.region,
      repositoryId: config.name,
      format: 'DOCKER',
      description: 'Images of Outhaul',
      dockerConfig: { immutableTags: true },
      kmsKeyName: key?.name,
      cleanupPolicies: [
        { id: 'keep-recent', action: 'KEEP', mostRecentVersions: { keepCount: 20 } },
        {
          id: 'delete-old-untagged',
          action: 'DELETE',
          condition: { tagState: 'UNTAGGED', olderThan: '2592000s' },
        },
      ],
      dependsOn: [...deployment.apis, ...(key?.usable ?? [])],
    });
  }

  /** Address that images are pushed to. */
  get address(): string {
    const { location, project, repositoryId } = this.repository;
    return `${location}-docker.pkg.dev/${project}/${repositoryId}`;
  }
}
