import { type AccessBinding, type AccessResource, type PolicyReader } from '@outhaul/core';
import { type GoogleAuth } from 'google-auth-library';
import { authorizedFetch } from './authorized-fetch.js';
import { type GoogleEndpoints } from './google-warehouse.js';

interface WirePolicy {
  readonly bindings?: readonly {
    readonly role: string;
    readonly members?: readonly string[];
    readonly condition?: { readonly title?: string };
  }[];
}

interface WireDatasetAccess {
  readonly role?: string;
  readonly userByEmail?: string;
  readonly groupByEmail?: string;
  readonly domain?: string;
  readonly specialGroup?: string;
  readonly iamMember?: string;
  readonly condition?: { readonly title?: string };
}

/** IAM policies of projects, datasets and buckets, as one identity may read them. */
export class GooglePolicyReader implements PolicyReader {
  constructor(
    private readonly auth: GoogleAuth,
    private readonly endpoints: GoogleEndpoints,
  ) {}

  async bindingsOf(resource: AccessResource): Promise<readonly AccessBinding[]> {
    switch (resource.kind) {
      case 'project':
        return fromPolicy(
          await this.ask(this.projectUrl(resource.project), 'POST', resource.project),
        );
      case 'bucket':
        return fromPolicy(await this.ask(this.bucketUrl(resource.bucket), 'GET', resource.bucket));
      case 'dataset': {
        const { project, dataset } = resource;
        const url = `${this.endpoints.bigquery ?? 'https://bigquery.googleapis.com'}/bigquery/v2/projects/${encodeURIComponent(project)}/datasets/${encodeURIComponent(dataset)}`;
        const { access = [] } = await this.ask<{ access?: WireDatasetAccess[] }>(
          url,
          'GET',
          dataset,
        );
        return access.map(fromDatasetAccess).filter((binding) => binding !== undefined);
      }
    }
  }

  private projectUrl(project: string): string {
    const base = this.endpoints.bigquery ?? 'https://cloudresourcemanager.googleapis.com';
    return `${base}/v1/projects/${encodeURIComponent(project)}:getIamPolicy`;
  }

  private bucketUrl(bucket: string): string {
    const base = this.endpoints.storage ?? 'https://storage.googleapis.com';
    return `${base}/storage/v1/b/${encodeURIComponent(bucket)}/iam?optionsRequestedPolicyVersion=3`;
  }

  private async ask<T = WirePolicy>(url: string, method: string, resource: string): Promise<T> {
    const response = await authorizedFetch(
      this.auth,
      url,
      method === 'POST'
        ? {
            method,
            body: JSON.stringify({ options: { requestedPolicyVersion: 3 } }),
            headers: { 'Content-Type': 'application/json' },
          }
        : {},
      { missing: 'permission-denied', resource },
    );
    return (await response.json()) as T;
  }
}

const fromPolicy = ({ bindings = [] }: WirePolicy): AccessBinding[] =>
  bindings.flatMap(({ role, members = [], condition }) =>
    members.map((member) => ({ role, member, condition: condition && (condition.title ?? '') })),
  );

/** Views, routines and datasets that are let in are no people. */
function fromDatasetAccess(access: WireDatasetAccess): AccessBinding | undefined {
  const { role, userByEmail, groupByEmail, domain, specialGroup, iamMember } = access;
  const member =
    iamMember ??
    (userByEmail &&
      `${userByEmail.endsWith('.gserviceaccount.com') ? 'serviceAccount' : 'user'}:${userByEmail}`) ??
    (groupByEmail && `group:${groupByEmail}`) ??
    (domain && `domain:${domain}`) ??
    specialGroup;
  if (!role || !member) return undefined;
  return { role, member, condition: access.condition && (access.condition.title ?? '') };
}
