import { join } from 'node:path';
import { type Settings, stateFolder } from '../settings-file.js';

/** What direct mode needs; the service has settings of the same names. */
export interface DirectConfig {
  /** Asked for by the environment or the settings; `--direct` and `--server` go before it. */
  readonly isOn: boolean;
  readonly project?: string;
  readonly bucket?: string;
  readonly bigqueryEndpoint?: string;
  readonly storageEndpoint?: string;
  readonly tokenInfoEndpoint: string;
  readonly maskKey?: string;
  readonly pollMs: number;
  readonly pricePerTib: number;
  readonly currency: string;
  /** Marks the records as one's own; undefined: the key in `recordKeyFile`, which is made when there is none. */
  readonly recordKey?: string;
  readonly recordKeyFile: string;
  /** Where decisions are noted, one JSON document a line. */
  readonly auditFile: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads what concerns direct mode; the environment goes before the settings. */
export function directConfig(env: Environment, settings: Settings): DirectConfig {
  const number = (name: string, fallback: number) => Number(env[name] || fallback);
  const asked = env['OUTHAUL_DIRECT'];
  return {
    // An address in the environment is asked for more closely than a kept setting.
    isOn: asked ? isYes(asked) : !env['OUTHAUL_SERVER'] && settings.direct === 'on',
    project: env['OUTHAUL_PROJECT'] || settings.project || env['GOOGLE_CLOUD_PROJECT'] || undefined,
    bucket: env['OUTHAUL_BUCKET'] || settings.bucket || undefined,
    bigqueryEndpoint: env['OUTHAUL_BIGQUERY_ENDPOINT'] || undefined,
    storageEndpoint: env['OUTHAUL_STORAGE_ENDPOINT'] || undefined,
    tokenInfoEndpoint:
      env['OUTHAUL_TOKENINFO_ENDPOINT'] || 'https://oauth2.googleapis.com/tokeninfo',
    maskKey: env['OUTHAUL_MASK_KEY'] || undefined,
    pollMs: number('OUTHAUL_POLL_MS', 1_000),
    pricePerTib: number('OUTHAUL_PRICE_PER_TIB', 6.25),
    currency: env['OUTHAUL_CURRENCY'] || 'USD',
    recordKey: env['OUTHAUL_RECORD_KEY'] || undefined,
    recordKeyFile: join(stateFolder(env), 'record.key'),
    auditFile: join(stateFolder(env), 'audit.jsonl'),
  };
}

const isYes = (text: string): boolean => ['1', 'true', 'on', 'yes'].includes(text.toLowerCase());
