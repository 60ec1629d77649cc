/** One of Google's two doors before a service, as its page tells. */
export interface FrontDoor {
  readonly kind: 'cloud-run' | 'iap';
  /** It knows who calls, and does not let them in. */
  readonly knowsCaller: boolean;
  /** Whom IAP wants tokens to be made for, where it says so. */
  readonly audience?: string;
}

interface AnswerHead {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
}

/**
 * The door whose own page this answer is; undefined for what the service itself has said, which is never HTML.
 * https://cloud.google.com/iap/docs/faq (X-Goog-IAP-Generated-Response), https://cloud.google.com/run/docs/troubleshooting
 */
export function frontDoorOf({ status, headers }: AnswerHead): FrontDoor | undefined {
  const location = headers.get('location') ?? '';
  const isIap =
    headers.get('x-goog-iap-generated-response') === 'true' ||
    (status === 302 && location.startsWith('https://accounts.google.com/'));
  if (isIap) {
    const audience = URL.canParse(location) && new URL(location).searchParams.get('client_id');
    return { kind: 'iap', knowsCaller: status === 403, ...(audience ? { audience } : {}) };
  }
  const isGoogle = /^Google Frontend$/i.test(headers.get('server') ?? '');
  const isPage = headers.get('content-type')?.startsWith('text/html') === true;
  if ((status !== 401 && status !== 403) || !isGoogle || !isPage) return undefined;
  return { kind: 'cloud-run', knowsCaller: status === 403 };
}

/**
 * The header that shows a door an identity token and leaves `Authorization` to the service.
 * https://cloud.google.com/run/docs/authenticating/service-to-service, https://cloud.google.com/iap/docs/authentication-howto
 */
export const doorHeaders = {
  'cloud-run': 'X-Serverless-Authorization',
  iap: 'Proxy-Authorization',
} as const satisfies Record<FrontDoor['kind'], string>;
