import { join } from 'node:path';
import { readSettings, type Settings, settingsFolder } from './settings-file.js';

/** Where the command finds what it needs; the only place that reads the environment. */
export interface CliConfig {
  readonly server: string;
  readonly token?: string;
  /** No colours, whatever the terminal can do. */
  readonly noColor: boolean;
  /** The user's own settings; `outhaul config` changes them. */
  readonly settingsFile?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const defaultServer = 'http://127.0.0.1:8080';

export function parseConfig(env: Environment): CliConfig {
  const settingsFile = join(settingsFolder(env), 'settings.json');
  const settings: Settings = env['OUTHAUL_SERVER'] ? {} : readSettings(settingsFile);
  return {
    server: (env['OUTHAUL_SERVER'] || settings.server || defaultServer).replace(/\/+$/, ''),
    token: env['OUTHAUL_TOKEN'] || undefined,
    noColor: Boolean(env['NO_COLOR']),
    settingsFile,
  };
}

export const readEnvironment = () => process.env;
