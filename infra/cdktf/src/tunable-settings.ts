/**
 * Settings of the service (.env.example) that a configuration may give as they are. All others follow from the stack
 * itself, are secrets, or are for a machine of one's own.
 */
export const tunableSettings: readonly string[] = [
  'OUTHAUL_CURRENCY',
  'OUTHAUL_LOG_LEVEL',
  'OUTHAUL_OIDC_PARAMETERS',
  'OUTHAUL_OIDC_SCOPES',
  'OUTHAUL_POLL_MS',
  'OUTHAUL_PRICE_PER_TIB',
  'OUTHAUL_REQUESTS_PER_MINUTE',
  'OUTHAUL_SESSION_IDLE_MINUTES',
  'OUTHAUL_SESSION_MINUTES',
  'OUTHAUL_STREAMS_PER_CALLER',
  'OUTHAUL_URL_LIFETIME_MINUTES',
];
