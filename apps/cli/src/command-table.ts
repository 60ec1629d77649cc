import { type Command, Option } from 'commander';
import { type CliConfig } from './config.js';
import { type AccessOptions } from './commands/access.js';
import { type ActivityOptions } from './commands/activity.js';
import { type DownloadOptions } from './commands/download.js';
import { type ListOptions } from './commands/exports.js';
import { isSetId } from './commands/set-id.js';
import { addExportCommand } from './export-command.js';
import { wholeNumber } from './option-values.js';
import { type OutputOptions } from './output.js';
import { type Session } from './session.js';

/** What the commands are defined with. */
export interface CommandSurroundings {
  readonly program: Command;
  readonly config: CliConfig;
  readonly version: string;
  /** Begins a command: its name and arguments, what it does, an example; `own` names an option that it has for itself. */
  readonly add: (name: string, description: string, example: string, own?: string) => Command;
  readonly session: (command: Command) => Session;
}

/** Every command by its name, in the order of the help; each is defined, and loaded, when it is wanted. */
export function commandTable({
  program,
  config,
  version,
  add,
  session,
}: CommandSurroundings): Readonly<Record<string, () => unknown>> {
  const outputOptions = (command: Command): OutputOptions => session(command).output.options;
  return {
    datasets: () =>
      add('datasets', 'list the datasets that you may see', 'outhaul datasets', '--project')
        .option('--project <id>', 'another project')
        .action(async (options: { project?: string }, command: Command) =>
          (await import('./commands/catalog.js')).listDatasets(session(command), options.project),
        ),
    tables: () =>
      add('tables <dataset>', 'list the tables of a dataset', 'outhaul tables samples', '--project')
        .option('--project <id>', 'another project')
        .action(async (dataset: string, options: { project?: string }, command: Command) =>
          (await import('./commands/catalog.js')).listTables(
            session(command),
            dataset,
            options.project,
          ),
        ),
    show: () =>
      add('show <table>', 'show a table’s schema and size', 'outhaul show samples.orders').action(
        async (table: string, _options: object, command: Command) =>
          (await import('./commands/catalog.js')).showTable(session(command), table),
      ),
    preview: () =>
      add(
        'preview <table>',
        'show the first rows of a table, free of charge',
        'outhaul preview samples.airports --rows 5',
      )
        .option('--rows <n>', 'how many', wholeNumber, 10)
        .action(async (table: string, options: { rows: number }, command: Command) =>
          (await import('./commands/catalog.js')).previewTable(
            session(command),
            table,
            options.rows,
          ),
        ),
    export: () => addExportCommand(add, session),
    exports: () =>
      add('exports', 'list your exports, newest first', 'outhaul exports --state failed')
        .option('--state <state>', 'only those in this state')
        .option('--sets', 'sets of exports instead')
        .option('--set <id>', 'only the exports of this set')
        .option('--owner <email>', 'of another owner, or `all` (admins)')
        .option('--search <text>', 'by source, label or id')
        .option('--limit <n>', 'how many', wholeNumber, 25)
        .action(async (options: ListOptions, command: Command) =>
          (await import('./commands/exports.js')).listExports(session(command), options),
        ),
    status: () =>
      add('status <id>', 'show where an export stands', 'outhaul status ID --watch')
        .option('-w, --watch', 'follow it to its end')
        .action(async (id: string, options: { watch?: boolean }, command: Command) =>
          (await import('./commands/exports.js')).showStatus(session(command), id, options),
        ),
    download: () =>
      add(
        'download <id> [folder]',
        'download a finished export, every byte checked',
        'outhaul download ID flights',
      )
        .option('--overwrite', 'replace files that are there and different')
        .option('--max-rate <bytes>', 'at most so many bytes a second', wholeNumber)
        .action(
          async (
            id: string,
            folder: string | undefined,
            options: DownloadOptions,
            command: Command,
          ) =>
            isSetId(id)
              ? (await import('./commands/sets.js')).downloadSetById(
                  session(command),
                  id,
                  folder,
                  options,
                )
              : (await import('./commands/download.js')).downloadExport(
                  session(command),
                  id,
                  folder,
                  options,
                ),
        ),
    cancel: () =>
      add(
        'cancel <id>',
        'cancel an export: its job, and what it has written',
        'outhaul cancel ID',
      ).action(async (id: string, _options: object, command: Command) =>
        (await import('./commands/exports.js')).cancelExport(session(command), id),
      ),
    retry: () =>
      add('retry <id>', 'take a failed export up again', 'outhaul retry ID').action(
        async (id: string, _options: object, command: Command) =>
          (await import('./commands/exports.js')).retryExport(session(command), id),
      ),
    rm: () =>
      add('rm <id>', 'remove a finished export and its files', 'outhaul rm ID').action(
        async (id: string, _options: object, command: Command) =>
          (await import('./commands/exports.js')).removeExport(session(command), id),
      ),
    verify: () =>
      add(
        'verify <folder>',
        'check downloaded files against their manifest; asks no service',
        'outhaul verify flights --key outhaul.pem',
      )
        .option(
          '--key <key>',
          'also check who sealed it: a public key in PEM, or a key version of Cloud KMS',
        )
        .action(async (folder: string, options: { key?: string }, command: Command) =>
          (await import('./commands/verify.js')).verifyFolder(
            folder,
            outputOptions(command),
            options.key === undefined
              ? undefined
              : { name: options.key, kmsEndpoint: config.kmsEndpoint },
          ),
        ),
    'signing-key': () =>
      add(
        'signing-key',
        'print the public key that the service signs manifests with',
        'outhaul signing-key > outhaul.pem',
      ).action(async (_options: object, command: Command) =>
        (await import('./commands/signing-key.js')).printSigningKey(session(command)),
      ),
    activity: () =>
      add(
        'activity',
        'show who did what, newest first (admins)',
        'outhaul activity --decision deny --from 2026-01-01T00:00:00Z',
      )
        .option('--who <email>', 'only of this person')
        .option('--action <name>', 'only this, e.g. export.start')
        .addOption(new Option('--decision <which>', 'only these').choices(['allow', 'deny']))
        .option('--export <id>', 'only about this export')
        .option('--from <instant>', 'not earlier')
        .option('--to <instant>', 'not later')
        .option('--limit <n>', 'how many', wholeNumber, 50)
        .action(async (options: ActivityOptions, command: Command) =>
          (await import('./commands/activity.js')).showActivity(session(command), options),
        ),
    access: () =>
      add(
        'access <what>',
        'review: show who may export what, when each last did, and how to take it away',
        'outhaul access review --unused',
      )
        .option('--unused', 'only grants without an export for 90 days')
        .option('--csv', 'as CSV')
        .action(async (what: string, options: AccessOptions, command: Command) =>
          (await import('./commands/access.js')).reviewAccess(session(command), what, options),
        ),
    audit: () =>
      add('audit <what>', 'verify: check that the audit trail is whole', 'outhaul audit verify')
        .option('--heads <file>', 'log lines `audit.head` of the service, to check the newest too')
        .action(async (what: string, options: { heads?: string }, command: Command) =>
          (await import('./commands/audit.js')).verifyAuditTrail(session(command), what, options),
        ),
    doctor: () =>
      add('doctor', 'check what exports and downloads need', 'outhaul doctor').action(
        async (_options: object, command: Command) =>
          (await import('./commands/doctor.js')).runDoctor(session(command), version),
      ),
    config: () =>
      add(
        'config [name] [value]',
        'show or keep a setting: server, direct, project or bucket',
        'outhaul config server https://outhaul.example.com',
      )
        .option('--unset', 'forget it')
        .action(
          async (
            name: string | undefined,
            value: string | undefined,
            options: { unset?: boolean },
            command: Command,
          ) =>
            (await import('./commands/config.js')).changeConfig(config, name, value, {
              ...outputOptions(command),
              ...options,
            }),
        ),
    completion: () =>
      add(
        'completion <shell>',
        'print a completion script: bash, zsh or fish',
        'source <(outhaul completion bash)',
      ).action(async (shell: string) => {
        const { completionScript } = await import('./commands/completion.js');
        process.stdout.write(completionScript(program, shell));
      }),
    login: () =>
      add(
        'login',
        'sign in at the service; the tokens stay in your own config folder',
        'outhaul login --server https://outhaul.example.com',
      )
        .option('--device', 'by a code, with a browser elsewhere')
        .option('--no-browser', 'only show the address')
        .action(async (options: { device?: boolean; browser?: boolean }, command: Command) =>
          (await import('./commands/login.js')).login(session(command), config, options),
        ),
    logout: () =>
      add('logout', 'sign out here: forget the tokens of the sign-in', 'outhaul logout')
        .option('--everywhere', 'end it at the provider, too, with all other sign-ins of yours')
        .action(async (options: { everywhere?: boolean }, command: Command) =>
          (await import('./commands/login.js')).logout(session(command), config, options),
        ),
    whoami: () =>
      add('whoami', 'show who you are to the service', 'outhaul whoami').action(
        async (_options: object, command: Command) =>
          (await import('./commands/exports.js')).whoAmI(session(command)),
      ),
    local: () =>
      program
        .command('local [arguments...]')
        .description('run the local cloud by itself, or load a file into it: outhaul local --help')
        .allowUnknownOption()
        .passThroughOptions()
        .helpOption(false)
        .action(async (args: string[]) =>
          (await import('./commands/local.js')).runLocalCloud(args),
        ),
  };
}
