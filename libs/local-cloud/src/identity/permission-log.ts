import { type ResourceName } from './caller.js';

/** One question that was asked of a caller, and how often it was answered how. */
export interface PermissionQuestion {
  readonly email: string;
  readonly permission: string;
  readonly resource: ResourceName;
  readonly allowed: boolean;
  readonly count: number;
}

/** Distinct questions kept; later new ones are counted only in `dropped`. */
const maxQuestions = 10_000;

/** Every permission question asked since the start, so that a test can compare them with the roles of the stack. */
export class PermissionLog {
  readonly #counts = new Map<
    string,
    { question: Omit<PermissionQuestion, 'count'>; count: number }
  >();
  dropped = 0;

  record(email: string, permission: string, resource: ResourceName, allowed: boolean): void {
    const key = JSON.stringify([email, permission, resource, allowed]);
    const entry = this.#counts.get(key);
    if (entry) entry.count++;
    else if (this.#counts.size >= maxQuestions) this.dropped++;
    else this.#counts.set(key, { question: { email, permission, resource, allowed }, count: 1 });
  }

  questions(): PermissionQuestion[] {
    return [...this.#counts.values()].map(({ question, count }) => ({ ...question, count }));
  }

  clear(): void {
    this.#counts.clear();
    this.dropped = 0;
  }
}
