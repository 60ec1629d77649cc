import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const known = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The browser that the journeys run in. Gets one by the system's package manager where it may; says how where not. */
export function findBrowser() {
  const present = process.env.OUTHAUL_BROWSER ?? known.find((path) => existsSync(path));
  if (present && existsSync(present)) return present;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.error('No Chromium found; installing it with apt-get …');
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit' });
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
      stdio: 'inherit',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    const installed = known.find((path) => existsSync(path));
    if (installed) return installed;
  }
  console.error(
    [
      'The tests need a Chromium or Chrome, and none was found.',
      '  Debian, Ubuntu:  sudo apt-get install chromium',
      '  Fedora:          sudo dnf install chromium',
      '  macOS:           brew install --cask google-chrome',
      'or name one: OUTHAUL_BROWSER=/path/to/chromium npm test',
    ].join('\n'),
  );
  process.exit(1);
}
