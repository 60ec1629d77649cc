import { type CliConfig } from '../config.js';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { Output, type OutputOptions } from '../output.js';
import { readSettings, type SettingName, settingNames, writeSettings } from '../settings-file.js';

/** `outhaul config`, `config NAME`, `config NAME VALUE` and `config NAME --unset`. */
export function changeConfig(
  config: CliConfig,
  name: string | undefined,
  value: string | undefined,
  options: OutputOptions & { readonly unset?: boolean },
): void {
  const output = new Output(options);
  const file = config.settingsFile ?? '';
  const settings = readSettings(file);
  if (name === undefined) {
    output.one({ file, settings, server: config.server }, () => [
      `server  ${config.server}${settings.server === config.server ? '' : '  (not from the file)'}`,
      `file    ${file}`,
    ]);
    return;
  }
  if (!settingNames.includes(name as SettingName))
    throw new CommandFailure(
      exitCodes.usage,
      `There is no setting ${name}.`,
      `There is: ${settingNames.join(', ')}.`,
    );
  const key = name as SettingName;
  if (options.unset) {
    const { [key]: _gone, ...rest } = settings;
    writeSettings(file, rest);
    output.note(`${key} is unset.`);
    return;
  }
  if (value === undefined) {
    output.one({ [key]: settings[key] ?? null }, () => (settings[key] ? [settings[key]] : []));
    return;
  }
  writeSettings(file, { ...settings, [key]: checkUrl(value) });
  output.note(`${key} is ${value}`);
}

function checkUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new CommandFailure(
    exitCodes.usage,
    `${text} is not an address.`,
    'Write it whole, e.g. https://outhaul.example.com',
  );
}
