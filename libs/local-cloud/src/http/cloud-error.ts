/** An error as Google's JSON APIs answer it: `{error: {code, message, errors: [{reason, message, domain}]}}`. */
export class CloudError extends Error {
  override readonly name = 'CloudError';

  constructor(
    /** HTTP status, e.g. 404. */
    readonly status: number,
    /** Google's reason, e.g. `notFound`, `invalidQuery`, `duplicate`. */
    readonly reason: string,
    message: string,
    readonly details: {
      location?: string;
      locationType?: string;
      /** `global` unless said otherwise. */
      domain?: string;
      headers?: Record<string, string>;
    } = {},
  ) {
    super(message);
  }
}

/** What the local cloud does not support it refuses by name: 501, never an invented answer. */
export const notImplemented = (what: string): CloudError =>
  new CloudError(501, 'notImplemented', `The local cloud does not support ${what}.`);
