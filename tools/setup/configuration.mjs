import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { stackFolder } from '../stack.mjs';
import { Stopped } from './shell.mjs';

/** Stands in the configuration until there is an image. */
export const noImage = (region, project) =>
  `${region}-docker.pkg.dev/${project}/outhaul/outhaul@sha256:${'0'.repeat(64)}`;

/** The stack's own reading of a configuration, from its compiled form. */
const compiled = (file) => createRequire(import.meta.url)(join(stackFolder, 'dist', file));
export const parseConfig = (settings) => compiled('config.js').parseStackConfig(settings);
export const apisOf = (config) => compiled('deployment.js').apisOf(config);

/** Reads a configuration file; faults are named all at once. */
export function readConfig(file) {
  let settings;
  try {
    settings = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Stopped(`${file} cannot be read: ${error.message}`);
  }
  try {
    return { settings, config: parseConfig(settings) };
  } catch (error) {
    throw new Stopped(`${file}: ${error.message}`);
  }
}

/** Writes a first configuration of what the command line says, unless the file is there. */
export function ensureConfig(file, values, shell) {
  if (existsSync(file)) return readConfig(file);
  const { project, region } = values;
  const wanted = ['project', 'region', 'admin', 'email', 'web-client', 'desktop-client'];
  const missing = wanted.filter((name) => !values[name]);
  if (missing.length > 0)
    throw new Stopped(
      `${file} is not there. To write it: ${missing.map((name) => `--${name}`).join(' ')}`,
    );
  const settings = {
    project,
    environment: values.environment ?? 'dev',
    region,
    image: noImage(region, project),
    state: { bucket: `${project}-terraform`, prefix: 'outhaul' },
    locations: (values.locations ?? locationOf(region)).split(','),
    door: { kind: 'sign-in' },
    access: { exporters: [], viewers: [], admins: [values.admin] },
    signIn: {
      clientIds: [values['web-client'], values['desktop-client']],
      browser: {
        clientId: values['web-client'],
        clientSecret: 'outhaul-client-secret',
        sessionSecrets: 'outhaul-session-secrets',
      },
      command: { clientId: values['desktop-client'], clientSecret: 'outhaul-command-secret' },
      maskKey: 'outhaul-mask-key',
    },
    alerts: {
      emails: [values.email],
      runbooks: 'https://github.com/OWNER/outhaul/blob/main/docs/operations',
    },
  };
  let config;
  try {
    config = parseConfig(settings);
  } catch (error) {
    throw new Stopped(error.message);
  }
  shell.print(`  write ${file}`);
  if (!shell.dryRun) saveConfig(file, settings);
  return { settings, config };
}

export const saveConfig = (file, settings) =>
  writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`);

/** Where the datasets of a region mostly are. */
const locationOf = (region) =>
  region.startsWith('europe-') ? 'EU' : region.startsWith('us-') ? 'US' : region;
