declare const OUTHAUL_VERSION: string | undefined;

/** The release, set when the service is bundled; `dev` when it runs from its sources. */
export const version: string = typeof OUTHAUL_VERSION === 'string' ? OUTHAUL_VERSION : 'dev';
