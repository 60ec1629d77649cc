import { mintToken } from './person.js';

/** Direct mode at a local cloud, as one of its people. */
export const directSettings = async (
  cloudUrl: string,
  { bucket = 'outhaul-local-files', email = 'admin@outhaul.test' } = {},
): Promise<Readonly<Record<string, string>>> => ({
  OUTHAUL_TOKEN: await mintToken(cloudUrl, email),
  OUTHAUL_PROJECT: 'outhaul-local',
  OUTHAUL_BUCKET: bucket,
  OUTHAUL_BIGQUERY_ENDPOINT: cloudUrl,
  OUTHAUL_STORAGE_ENDPOINT: cloudUrl,
  OUTHAUL_TOKENINFO_ENDPOINT: `${cloudUrl}/tokeninfo`,
  OUTHAUL_POLL_MS: '50',
});
