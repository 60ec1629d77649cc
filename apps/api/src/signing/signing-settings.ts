import { z } from 'zod';

const url = z.url({ protocol: /^https?$/ });

/** Settings of the key that manifests are signed with. */
export const signingSettings = {
  OUTHAUL_SIGNING_KEY_VERSION: z
    .string()
    .regex(
      /^projects\/[\w.:-]+\/locations\/[\w-]+\/keyRings\/[\w-]+\/cryptoKeys\/[\w-]+\/cryptoKeyVersions\/\d+$/,
      'names no key version of Cloud KMS',
    )
    .optional(),
  OUTHAUL_SIGNING_KEY_FILE: z.string().optional(),
  OUTHAUL_KMS_ENDPOINT: url.optional(),
};

type Values = z.infer<z.ZodObject<typeof signingSettings>>;

export interface SigningConfig {
  /** Undefined: manifests are not signed. */
  readonly signing?:
    { readonly keyVersion: string; readonly endpoint?: string } | { readonly keyFile: string };
}

/** Settings that are refused together, by the name of the one to leave out. */
export const conflictingSigningSettings = (values: Partial<Values>): string[] =>
  values.OUTHAUL_SIGNING_KEY_VERSION !== undefined && values.OUTHAUL_SIGNING_KEY_FILE !== undefined
    ? ['OUTHAUL_SIGNING_KEY_FILE']
    : [];

export function toSigningConfig(values: Values): SigningConfig {
  const { OUTHAUL_SIGNING_KEY_VERSION: keyVersion, OUTHAUL_SIGNING_KEY_FILE: keyFile } = values;
  if (keyVersion !== undefined)
    return { signing: { keyVersion, endpoint: values.OUTHAUL_KMS_ENDPOINT } };
  return keyFile === undefined ? {} : { signing: { keyFile } };
}
