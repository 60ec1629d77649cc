import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cases, fileName } from './transfer-cases.mjs';

const root = join(import.meta.dirname, '../..');
const isInstalled = (program) =>
  spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;

/**
 * The programs that are compared. `command` answers what fetches one case into a folder: `{program, args, env}`;
 * `flushes` says that it makes its files durable by itself.
 * `origin` is the server, `certificate` the file with its certificate when it speaks TLS, `scratch` a folder for settings.
 */
export const contestants = [
  {
    name: 'outhaul',
    flushes: true,
    isThere: () => true,
    command: (id, folder, { origin, certificate }) => ({
      program: process.execPath,
      args: [
        join(root, 'apps/cli/bin/outhaul.mjs'),
        'download',
        id,
        folder,
        '--quiet',
        '--server',
        origin,
      ],
      env: { OUTHAUL_TOKEN: 'none', ...(certificate && { NODE_EXTRA_CA_CERTS: certificate }) },
    }),
  },
  {
    name: 'curl --parallel',
    isThere: () => isInstalled('curl'),
    command: (id, folder, { origin, certificate, scratch }) => {
      const list = join(scratch, `${id}.curl`);
      const { count } = cases.find((each) => each.id === id);
      writeFileSync(
        list,
        Array.from({ length: count }, (_, index) => [
          `url = "${origin}/files/${id}/${fileName(index)}"`,
          `output = "${join(folder, fileName(index))}"`,
        ])
          .flat()
          .join('\n'),
      );
      const trust = certificate ? ['--cacert', certificate] : [];
      return { program: 'curl', args: ['-sS', '--fail', '--parallel', ...trust, '-K', list] };
    },
  },
  {
    name: 'rclone copy',
    isThere: () => isInstalled('rclone'),
    command: (id, folder, { origin, certificate }) => ({
      program: 'rclone',
      args: [
        'copy',
        `:gcs:bench/${id}`,
        folder,
        '--gcs-anonymous',
        '--gcs-endpoint',
        `${origin}/storage/v1/`,
        '--config',
        '/dev/null',
        '--quiet',
        ...['--transfers', '16', '--checkers', '16'],
        ...(certificate ? ['--ca-cert', certificate] : []),
      ],
    }),
  },
  {
    name: 'gcloud storage cp',
    isThere: () => isInstalled('gcloud'),
    command: (id, folder, { origin, certificate, scratch }) => ({
      program: 'gcloud',
      args: ['storage', 'cp', '--quiet', '--no-user-output-enabled', `gs://bench/${id}/*`, folder],
      env: {
        CLOUDSDK_CONFIG: join(scratch, 'gcloud'),
        CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: `${origin}/storage/v1/`,
        CLOUDSDK_AUTH_DISABLE_CREDENTIALS: 'true',
        CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
        CLOUDSDK_CORE_PROJECT: 'bench',
        CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: '1',
        // Both, since the caller's own settings may name other ones.
        ...(certificate && {
          CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE: certificate,
          REQUESTS_CA_BUNDLE: certificate,
        }),
      },
    }),
  },
];
