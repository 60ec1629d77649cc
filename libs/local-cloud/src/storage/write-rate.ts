import { type Clock } from '../clock.js';
import { CloudError } from '../http/cloud-error.js';

const windowMs = 1_000;
/** Names that are remembered before those whose second is over are forgotten. */
const mostNames = 10_000;

/**
 * Cloud Storage takes about one create, update or delete a second of the same object name
 * (https://cloud.google.com/storage/quotas#objects); its burst allowance is not documented, so there is none here.
 */
export class WriteRate {
  readonly #lastMs = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  /** Throws 429 within a second after a write of the same name. */
  require(bucket: string, name: string): void {
    const lastMs = this.#lastMs.get(`${bucket}/${name}`);
    if (lastMs === undefined || this.clock.nowMs() - lastMs >= windowMs) return;
    throw new CloudError(
      429,
      'rateLimitExceeded',
      `The object ${bucket}/${name} exceeded the rate limit for object mutation operations (create, update, and delete). Please reduce your request rate. See https://cloud.google.com/storage/docs/gcs429.`,
      { domain: 'usageLimits' },
    );
  }

  /** Takes note of a write that is being made. */
  note(bucket: string, name: string): void {
    const nowMs = this.clock.nowMs();
    const key = `${bucket}/${name}`;
    this.#lastMs.delete(key);
    this.#lastMs.set(key, nowMs);
    for (const [oldest, lastMs] of this.#lastMs) {
      if (this.#lastMs.size <= mostNames || nowMs - lastMs < windowMs) break;
      this.#lastMs.delete(oldest);
    }
  }
}
