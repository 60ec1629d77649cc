/** Where the command finds what it needs; the only place that reads the environment. */
export interface CliConfig {
  readonly server: string;
  readonly token?: string;
  /** No colours, whatever the terminal can do. */
  readonly noColor: boolean;
}

export function parseConfig(env: Readonly<Record<string, string | undefined>>): CliConfig {
  return {
    server: (env['OUTHAUL_SERVER'] || 'http://127.0.0.1:8080').replace(/\/+$/, ''),
    token: env['OUTHAUL_TOKEN'] || undefined,
    noColor: Boolean(env['NO_COLOR']),
  };
}

export const readEnvironment = () => process.env;
