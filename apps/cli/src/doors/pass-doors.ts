import { type CliConfig } from '../config.js';
import { type TrustedServer } from '../credentials/server-trust.js';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { doorHeaders, type FrontDoor, frontDoorOf } from './front-door.js';
import { type IdentityToken, identityTokens } from './identity-tokens.js';

type Head = Parameters<typeof frontDoorOf>[0];

/**
 * Shows one of Google's doors before the service the identity tokens that there are, one after the other, until one is
 * let in; from then on it goes with every request. Nothing is shown to a service that has no door.
 */
export class DoorPass {
  private shown?: IdentityToken & { readonly kind: FrontDoor['kind'] };
  private left?: AsyncGenerator<IdentityToken>;
  private hasPassed = false;
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly config: CliConfig,
    private readonly server: TrustedServer,
  ) {}

  /** What goes with a request of the service. */
  headers(): Record<string, string> {
    return this.shown ? { [doorHeaders[this.shown.kind]]: `Bearer ${this.shown.token}` } : {};
  }

  /** Sends until the service itself has answered; throws when a door stays closed. */
  async through<T>(
    send: (headers: Record<string, string>) => Promise<T>,
    headOf: (answer: T) => Head,
  ): Promise<T> {
    for (;;) {
      const { shown } = this;
      const answer = await send(this.headers());
      const door = frontDoorOf(headOf(answer));
      if (!door) {
        this.hasPassed = shown !== undefined;
        return answer;
      }
      // One at a time: two requests that meet the door together try the same token next.
      this.turn = this.turn
        .catch(() => undefined)
        .then(() => (this.shown === shown ? this.next(door) : undefined));
      await this.turn;
    }
  }

  private async next(door: FrontDoor): Promise<void> {
    const { config, server } = this;
    // A token that was let in before has ended: look again from the start.
    if (this.hasPassed) this.left = undefined;
    this.hasPassed = false;
    this.left ??= identityTokens(config, server, await this.audienceOf(door));
    const { value } = await this.left.next();
    if (!value) throw closed(door, server, this.shown?.from);
    this.shown = { ...value, kind: door.kind };
  }

  /** Cloud Run wants its own address; IAP names its client only to those who show nothing, on their way to sign in. */
  private async audienceOf(door: FrontDoor): Promise<string> {
    const { origin } = new URL(this.server.address);
    const known = this.config.identityAudience ?? door.audience;
    if (known !== undefined || door.kind !== 'iap') return known ?? origin;
    const asked = await fetch(this.server.address, { redirect: 'manual' });
    await asked.body?.cancel();
    return frontDoorOf(asked)?.audience ?? origin;
  }
}

const manual = 'See “Behind Google’s front doors” in docs/cli.md.';

function closed(
  door: FrontDoor,
  { address: server, trust }: TrustedServer,
  from: string | undefined,
): CommandFailure {
  const [name, right] =
    door.kind === 'iap'
      ? ['The Identity-Aware Proxy', 'roles/iap.httpsResourceAccessor']
      : ['Cloud Run’s IAM', 'roles/run.invoker'];
  if (from === undefined)
    return new CommandFailure(
      exitCodes.denied,
      `${name} is in front of ${server} and wants a Google identity token; none was found here.`,
      trust === 'named'
        ? `Have one found: gcloud auth login, a service account’s key in GOOGLE_APPLICATION_CREDENTIALS, or OUTHAUL_IDENTITY_TOKEN.\n${manual}`
        : `Google’s are shown only to a service that you have named: outhaul config server ${server}, or OUTHAUL_SERVER.\n${manual}`,
    );
  if (door.knowsCaller)
    return new CommandFailure(
      exitCodes.denied,
      `${name} is in front of ${server} and does not let you in (identity token by ${from}).`,
      `Ask its administrator for ${right}.\n${manual}`,
    );
  return new CommandFailure(
    exitCodes.denied,
    `${name} is in front of ${server} and does not take the identity token by ${from}.`,
    `It is made for another audience, perhaps: set OUTHAUL_IDENTITY_AUDIENCE, or use a service account.\n${manual}`,
  );
}
