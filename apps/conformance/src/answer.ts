/** One HTTP answer, with Google's reason and words where it refused. */
export class Answer {
  constructor(
    readonly status: number,
    readonly headers: Headers,
    readonly bytes: Buffer,
  ) {}

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  get text(): string {
    return this.bytes.toString('utf8');
  }

  get json(): unknown {
    try {
      return JSON.parse(this.text);
    } catch {
      return undefined;
    }
  }

  /** The value at a path such as `error.errors.0.reason`. */
  at(path: string): unknown {
    return valueAt(this.json, path);
  }

  /** Status, reason and message in one line; undefined when it was granted. */
  get refusal(): string | undefined {
    if (this.ok) return undefined;
    const reason = this.at('error.errors.0.reason') ?? this.at('error.status') ?? this.at('error');
    const message = this.at('error.message') ?? this.at('error_description');
    return [
      `${this.status}${typeof reason === 'string' ? ` ${reason}` : ''}`,
      typeof message === 'string' ? message : this.text.slice(0, 300),
    ].join(': ');
  }

  /** The answer itself; throws Google's words when it refused what a probe needs. */
  orThrow(): this {
    if (this.refusal === undefined) return this;
    throw new Error(`Google refused what this probe needs: ${this.refusal}`);
  }
}

export const valueAt = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === 'object' && inner !== null
          ? (inner as Record<string, unknown>)[key]
          : undefined,
      value,
    );
