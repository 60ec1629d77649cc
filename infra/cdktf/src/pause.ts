import { createHash } from 'node:crypto';
import { TerraformResource } from 'cdktf';
import { type Construct } from 'constructs';
import { type Providers } from './providers.js';

/**
 * Waits after `after` has been created. Google's IAM and newly enabled APIs take effect some time after the call that
 * asked for them has returned: https://cloud.google.com/iam/docs/access-change-propagation. It waits again when the set of
 * what it waits for has changed, so that a grant added later gets its time, too.
 */
export class Pause extends TerraformResource {
  private readonly attributes: Readonly<Record<string, unknown>>;

  constructor(
    scope: Construct,
    id: string,
    providers: Providers,
    pause: { readonly seconds: number; readonly after: readonly TerraformResource[] },
  ) {
    super(scope, id, {
      terraformResourceType: 'time_sleep',
      terraformGeneratorMetadata: { providerName: 'time' },
      provider: providers.time,
      dependsOn: [...pause.after],
    });
    const names = pause.after.map(({ friendlyUniqueId }) => friendlyUniqueId).sort();
    this.attributes = {
      create_duration: `${pause.seconds}s`,
      triggers: { after: createHash('sha256').update(names.join('\n')).digest('hex').slice(0, 16) },
    };
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { ...this.attributes };
  }
}
