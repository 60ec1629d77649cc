import { type CliConfig } from '../config.js';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { Output, type OutputOptions } from '../output.js';
import { serverAddress } from '../server-address.js';
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
    const { direct } = config;
    const inUse = { server: config.server, direct: direct?.isOn === true };
    output.one(
      { file, settings, ...inUse, project: direct?.project, bucket: direct?.bucket },
      () => [
        `server   ${config.server}${settings.server === config.server ? '' : '  (not from the file)'}`,
        `direct   ${inUse.direct ? 'on' : 'off'}`,
        ...(direct?.project ? [`project  ${direct.project}`] : []),
        ...(direct?.bucket ? [`bucket   ${direct.bucket}`] : []),
        `file     ${file}`,
      ],
    );
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
  writeSettings(file, { ...settings, [key]: checks[key](value) });
  output.note(`${key} is ${value}`);
}

const refuse = (message: string, fix: string): never => {
  throw new CommandFailure(exitCodes.usage, message, fix);
};

const checks: Readonly<Record<SettingName, (text: string) => string>> = {
  server: serverAddress,
  direct: (text) =>
    ['on', 'off'].includes(text)
      ? text
      : refuse(`direct is on or off, not ${text}.`, 'outhaul config direct on'),
  project: (text) =>
    /^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,}$/.test(text)
      ? text
      : refuse(`${text} is not a project’s id.`, 'Write the id, e.g. my-project-123456'),
  bucket: (text) => {
    const name = text.replace(/^gs:\/\/|\/+$/g, '');
    return /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(name)
      ? name
      : refuse(`${text} is not a bucket’s name.`, 'Write its name, e.g. my-exports');
  },
};
