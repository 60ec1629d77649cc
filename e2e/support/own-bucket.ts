import { type LocalCloudProcess } from './local-cloud.js';
import { pastWriteLimit } from './past-write-limit.js';
import { mintToken } from './person.js';

const project = 'outhaul-local';

/** A bucket of a user's own on an enforcing local cloud, and tokens of its people. */
export class OwnBucket {
  private constructor(
    private readonly cloud: LocalCloudProcess,
    readonly name: string,
    private readonly admin: string,
  ) {}

  /** Makes the bucket; `members` may use the objects in it and see where it is, as `user:…`. */
  static async make(
    cloud: LocalCloudProcess,
    name: string,
    members: readonly string[],
  ): Promise<OwnBucket> {
    const own = new OwnBucket(cloud, name, await mintToken(cloud.url, 'admin@outhaul.test'));
    await own.call('POST', `/storage/v1/b?project=${project}`, { name, location: 'US' });
    const roles = ['roles/storage.objectUser', 'roles/storage.legacyBucketReader'];
    await own.grant(...roles.map((role) => ({ role, members })));
    return own;
  }

  async grant(...bindings: { role: string; members: readonly string[] }[]): Promise<void> {
    await this.call('PUT', `/storage/v1/b/${this.name}/iam`, { bindings });
  }

  /** Names of everything in it. */
  async names(prefix = ''): Promise<string[]> {
    const query = new URLSearchParams({ prefix });
    const answer = await this.call('GET', `/storage/v1/b/${this.name}/o?${query}`);
    return (
      ((await answer.json()) as { items?: { name: string }[] }).items?.map((o) => o.name) ?? []
    );
  }

  /** Any call of the cloud, as its admin; a write waits while Cloud Storage limits the rate. */
  async call(method: string, path: string, body?: unknown): Promise<Response> {
    const answer = await pastWriteLimit(() =>
      fetch(this.cloud.url + path, {
        method,
        headers: {
          Authorization: `Bearer ${this.admin}`,
          'Content-Type':
            typeof body === 'string' ? 'application/octet-stream' : 'application/json',
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    );
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return answer;
  }
}
