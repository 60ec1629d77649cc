/** The documented exit codes. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  notFound: 3,
  denied: 4,
  notVerified: 5,
  unreachable: 6,
  interrupted: 130,
} as const;

/** An end that has been explained already; only its code is left to give. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  constructor(
    readonly exitCode: number,
    message: string,
    readonly fix?: string,
  ) {
    super(message);
  }
}

/** The exit code for a refusal of the service. */
export function exitCodeOf(status: number): number {
  if (status === 400 || status === 409 || status === 413) return exitCodes.usage;
  if (status === 401 || status === 403) return exitCodes.denied;
  if (status === 404) return exitCodes.notFound;
  return exitCodes.failure;
}
