import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { CommandFailure, exitCodes } from './exit-codes.js';

/** What `outhaul config` keeps; each has a flag or a variable that goes before it. */
export const settingNames = ['server', 'direct', 'project', 'bucket'] as const;
export type SettingName = (typeof settingNames)[number];
export type Settings = Readonly<Partial<Record<SettingName, string>>>;

/** The folder of the user's settings: `$XDG_CONFIG_HOME/outhaul`, `%APPDATA%\outhaul` or `~/.config/outhaul`. */
export function settingsFolder(env: Readonly<Record<string, string | undefined>>): string {
  const base =
    env['XDG_CONFIG_HOME'] || env['APPDATA'] || join(env['HOME'] || homedir(), '.config');
  return join(base, 'outhaul');
}

/** The folder of what this user's commands note down: `$XDG_STATE_HOME/outhaul`, `%LOCALAPPDATA%\\outhaul` or `~/.local/state/outhaul`. */
export function stateFolder(env: Readonly<Record<string, string | undefined>>): string {
  const base =
    env['XDG_STATE_HOME'] ||
    env['LOCALAPPDATA'] ||
    join(env['HOME'] || homedir(), '.local', 'state');
  return join(base, 'outhaul');
}

/** Reads the settings; a file that is not there holds none. */
export function readSettings(file: string): Settings {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return {};
  }
  try {
    const value = JSON.parse(text) as unknown;
    if (isSettings(value)) return value;
  } catch {
    // Told below, with the other ways of being no settings.
  }
  throw new CommandFailure(
    exitCodes.failure,
    `${file} does not hold settings.`,
    'Mend it or remove it.',
  );
}

const isSettings = (value: unknown): value is Settings =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((each) => typeof each === 'string');

/** Replaces the settings in one go; only their owner may read them. */
export function writeSettings(file: string, settings: Settings): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const fresh = `${file}.${process.pid}`;
    writeFileSync(fresh, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
    renameSync(fresh, file);
  } catch (error) {
    throw new CommandFailure(
      exitCodes.failure,
      `${file} cannot be written: ${(error as Error).message}`,
      'Name another folder for settings: XDG_CONFIG_HOME.',
    );
  }
}
