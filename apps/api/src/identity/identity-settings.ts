import { z } from 'zod';

const list = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  )
  .pipe(z.array(z.string()).min(1, 'names nothing'));
const url = z.url({ protocol: /^https?$/ });
const cloudPlatform = 'https://www.googleapis.com/auth/cloud-platform';
const minutes = (fallback: number) => z.coerce.number().int().min(1).max(10_080).default(fallback);

/** The settings about who callers are, by their environment variables. */
export const identityShape = {
  OUTHAUL_AUTH: z.enum(['google', 'service-account']).default('google'),
  OUTHAUL_CLIENT_IDS: list.optional(),
  OUTHAUL_TOKENINFO_ENDPOINT: url.default('https://oauth2.googleapis.com/tokeninfo'),
  OUTHAUL_PUBLIC_URL: url
    .refine((text) => new URL(text).pathname === '/', 'has no path')
    .optional(),
  OUTHAUL_OIDC_ISSUER: url.default('https://accounts.google.com'),
  OUTHAUL_OIDC_CLIENT_ID: z.string().optional(),
  OUTHAUL_OIDC_CLIENT_SECRET: z.string().optional(),
  OUTHAUL_OIDC_SCOPES: z.string().default(`openid email profile ${cloudPlatform}`),
  OUTHAUL_OIDC_PARAMETERS: z.string().default('access_type=offline&prompt=consent'),
  OUTHAUL_CLI_CLIENT_ID: z.string().optional(),
  OUTHAUL_CLI_CLIENT_SECRET: z.string().optional(),
  OUTHAUL_SESSION_SECRETS: list
    .pipe(z.array(z.string().min(32, 'each has at least 32 characters')))
    .optional(),
  OUTHAUL_SESSION_IDLE_MINUTES: minutes(60),
  OUTHAUL_SESSION_MINUTES: minutes(720),
  OUTHAUL_TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  OUTHAUL_REQUESTS_PER_MINUTE: z.coerce.number().int().min(0).default(1_200),
  OUTHAUL_STREAMS_PER_CALLER: z.coerce.number().int().min(0).default(100),
};

type Values = z.infer<z.ZodObject<typeof identityShape>>;

/** What belongs together and is missing in part. */
export function faultsOfIdentity(values: Partial<Values>): { name: keyof Values; fault: string }[] {
  const faults: { name: keyof Values; fault: string }[] = [];
  if (values.OUTHAUL_AUTH === 'service-account') return faults;
  if (!values.OUTHAUL_CLIENT_IDS && !values.OUTHAUL_OIDC_CLIENT_ID && !values.OUTHAUL_CLI_CLIENT_ID)
    faults.push({
      name: 'OUTHAUL_CLIENT_IDS',
      fault: 'name the OAuth clients whose access tokens are accepted',
    });
  if (values.OUTHAUL_OIDC_CLIENT_ID)
    for (const name of ['OUTHAUL_OIDC_CLIENT_SECRET', 'OUTHAUL_SESSION_SECRETS'] as const)
      if (!values[name]) faults.push({ name, fault: 'OUTHAUL_OIDC_CLIENT_ID needs it' });
  return faults;
}

/** How people sign in with a browser. */
export interface SignInConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: string;
  /** More parameters of the authorization request. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The first seals; all open. */
  readonly sessionSecrets: readonly string[];
  readonly idleMs: number;
  readonly longestMs: number;
}

/** What a command on a person's own machine needs to sign them in; none of it is a secret. */
export interface CommandSignIn {
  readonly issuer: string;
  readonly clientId: string;
  /** Google gives desktop apps one too, and says that it is not confidential. */
  readonly clientSecret?: string;
  readonly scopes: string;
}

export interface IdentityConfig {
  /** `google` = callers show access tokens or sign in; `service-account` = everyone acts as the service. */
  readonly auth: 'google' | 'service-account';
  /** OAuth clients whose access tokens are accepted. */
  readonly clientIds: readonly string[];
  /** Where the issuer tells what an access token is. */
  readonly tokenInfoEndpoint: string;
  /** Origin at which browsers reach the service; undefined = this machine's own addresses only. */
  readonly publicUrl?: string;
  /** Undefined = nobody signs in with a browser. */
  readonly signIn?: SignInConfig;
  /** How many proxies before this service add to X-Forwarded-For. */
  readonly trustedProxies: number;
  /** 0 = without limit. */
  readonly requestsPerMinute: number;
  readonly streamsPerCaller: number;
  /** Undefined = nobody signs in with `outhaul login`. */
  readonly commandSignIn?: CommandSignIn;
}

export function toIdentityConfig(values: Values): IdentityConfig {
  const {
    OUTHAUL_OIDC_CLIENT_ID: clientId,
    OUTHAUL_OIDC_CLIENT_SECRET: clientSecret,
    OUTHAUL_SESSION_SECRETS: sessionSecrets,
    OUTHAUL_CLI_CLIENT_ID: commandClientId,
  } = values;
  return {
    auth: values.OUTHAUL_AUTH,
    clientIds: [...(values.OUTHAUL_CLIENT_IDS ?? []), clientId, commandClientId].filter(
      (id) => id !== undefined,
    ),
    commandSignIn:
      values.OUTHAUL_AUTH === 'google' && commandClientId
        ? {
            issuer: values.OUTHAUL_OIDC_ISSUER,
            clientId: commandClientId,
            clientSecret: values.OUTHAUL_CLI_CLIENT_SECRET,
            scopes: values.OUTHAUL_OIDC_SCOPES,
          }
        : undefined,
    tokenInfoEndpoint: values.OUTHAUL_TOKENINFO_ENDPOINT,
    trustedProxies: values.OUTHAUL_TRUSTED_PROXIES,
    requestsPerMinute: values.OUTHAUL_REQUESTS_PER_MINUTE,
    streamsPerCaller: values.OUTHAUL_STREAMS_PER_CALLER,
    publicUrl: values.OUTHAUL_PUBLIC_URL && new URL(values.OUTHAUL_PUBLIC_URL).origin,
    signIn:
      values.OUTHAUL_AUTH === 'google' && clientId && clientSecret && sessionSecrets
        ? {
            issuer: values.OUTHAUL_OIDC_ISSUER,
            clientId,
            clientSecret,
            scopes: values.OUTHAUL_OIDC_SCOPES,
            parameters: Object.fromEntries(new URLSearchParams(values.OUTHAUL_OIDC_PARAMETERS)),
            sessionSecrets,
            idleMs: values.OUTHAUL_SESSION_IDLE_MINUTES * 60_000,
            longestMs: values.OUTHAUL_SESSION_MINUTES * 60_000,
          }
        : undefined,
  };
}
