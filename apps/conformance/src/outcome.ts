import { type Answer, valueAt } from './answer.js';

/** How a job ended: refused at once, failed, or done. */
export class Outcome {
  constructor(private readonly answer: Answer) {}

  /** A value of the job's resource. */
  at(path: string): unknown {
    return this.answer.at(path);
  }

  get id(): string {
    return String(this.at('jobReference.jobId'));
  }

  get location(): string {
    return String(this.at('jobReference.location'));
  }

  /** Reason and message in one line; undefined when the job ended well. */
  get refusal(): string | undefined {
    if (this.answer.refusal !== undefined) return this.answer.refusal;
    const failure = this.at('status.errorResult');
    return failure === undefined
      ? undefined
      : `${valueAt(failure, 'reason')}: ${valueAt(failure, 'message')}`;
  }

  orThrow(): this {
    if (this.refusal === undefined) return this;
    throw new Error(`Google refused what this probe needs: ${this.refusal}`);
  }
}
