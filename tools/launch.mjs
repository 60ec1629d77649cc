import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What every npm script goes through: installs the packages when they are missing or stale, finds Node 24, and runs
 * tools/<command>.mjs with it. Uses nothing but Node 20 itself, since nothing may be installed yet.
 */
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [command = '', ...rest] = process.argv.slice(2);

function isInstalled() {
  try {
    const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    const present = JSON.parse(
      readFileSync(join(root, 'node_modules/.package-lock.json'), 'utf8'),
    ).packages;
    return Object.entries(wanted).every(
      ([path, { version, optional, link }]) =>
        path === '' ||
        !path.startsWith('node_modules/') ||
        optional ||
        link ||
        present[path]?.version === version,
    );
  } catch {
    return false;
  }
}

function install() {
  console.error('Installing packages (once; about a minute) …');
  const npm = process.env.npm_execpath;
  const [program, args] = npm ? [process.execPath, [npm, 'ci']] : ['npm', ['ci']];
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.error('The packages could not be installed; npm says above why.');
    process.exit(status ?? 1);
  }
}

function findNode() {
  const bundled = join(root, 'node_modules/.bin/node');
  if (process.platform !== 'win32' && existsSync(bundled)) return bundled;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  console.error(
    `Outhaul runs on Node 24 or newer; this is ${process.version}. Install it from your system's packages.`,
  );
  process.exit(1);
}

if (!isInstalled()) install();
const node = findNode();
const { status, signal } = spawnSync(node, [join(root, 'tools', `${command}.mjs`), ...rest], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    PATH: [dirname(node), join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
    NX_DAEMON: 'false',
    NX_NO_CLOUD: 'true',
  },
});
process.exit(status ?? (signal === 'SIGINT' ? 130 : 1));
