import { Command, InvalidArgumentError, Option } from 'commander';
import { type CliConfig } from './config.js';
import { type AccessOptions } from './commands/access.js';
import { type ActivityOptions } from './commands/activity.js';
import { type DownloadOptions } from './commands/download.js';
import { type ListOptions } from './commands/exports.js';
import { CommandFailure, exitCodes } from './exit-codes.js';
import { isSetId } from './commands/set-id.js';
import { addExportCommand } from './export-command.js';
import { type OutputOptions } from './output.js';
import { type GlobalOptions, openSession, type Session } from './session.js';

/** The whole command line. Commands are loaded when they run, so that none pays for another. */
export function makeProgram(config: CliConfig, version: string): Command {
  const program = new Command('outhaul')
    .description('Gets tables out of BigQuery as files: verified.')
    .version(version)
    .option('--server <url>', 'the service (default: $OUTHAUL_SERVER or http://127.0.0.1:8080)')
    .option(
      '--direct',
      'without a service: with your own Google credentials, into a bucket of yours',
    )
    .option('--project <id>', 'with --direct: whose BigQuery jobs these are')
    .option('--bucket <name>', 'with --direct: your bucket, for files and records')
    .option('--json', 'print JSON, one document a line')
    .option('-q, --quiet', 'no progress, no notes')
    .showHelpAfterError('(outhaul --help shows what there is)')
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .exitOverride();
  const session = (command: Command): Session => {
    const options = command.optsWithGlobals<GlobalOptions>();
    const opened = openSession(config, options);
    if (!opened.direct) refuseDirectOptions(command, options);
    return opened;
  };
  const outputOptions = (command: Command): OutputOptions => session(command).output.options;
  /** Options of the whole program may stand behind the command, too, unless it has `own` ones of the name. */
  const add = (name: string, description: string, example: string, own = ''): Command => {
    const command = program.command(name).description(description);
    for (const flags of ['--server <url>', '--direct', '--project <id>', '--bucket <name>'])
      if (own !== flags.split(' ')[0]) command.addOption(new Option(flags).hideHelp());
    return command
      .addOption(new Option('--json', 'print JSON'))
      .addOption(new Option('-q, --quiet').hideHelp())
      .addHelpText(
        'after',
        `\nExample:\n  ${example}\n\nOptions of every command, such as --server and --direct: outhaul --help`,
      );
  };

  add('datasets', 'list the datasets that you may see', 'outhaul datasets', '--project')
    .option('--project <id>', 'another project')
    .action(async (options: { project?: string }, command: Command) =>
      (await import('./commands/catalog.js')).listDatasets(session(command), options.project),
    );
  add('tables <dataset>', 'list the tables of a dataset', 'outhaul tables samples', '--project')
    .option('--project <id>', 'another project')
    .action(async (dataset: string, options: { project?: string }, command: Command) =>
      (await import('./commands/catalog.js')).listTables(
        session(command),
        dataset,
        options.project,
      ),
    );
  add('show <table>', 'show a table’s schema and size', 'outhaul show samples.orders').action(
    async (table: string, _options: object, command: Command) =>
      (await import('./commands/catalog.js')).showTable(session(command), table),
  );
  add(
    'preview <table>',
    'show the first rows of a table, free of charge',
    'outhaul preview samples.airports --rows 5',
  )
    .option('--rows <n>', 'how many', wholeNumber, 10)
    .action(async (table: string, options: { rows: number }, command: Command) =>
      (await import('./commands/catalog.js')).previewTable(session(command), table, options.rows),
    );
  addExportCommand(add, session);
  add('exports', 'list your exports, newest first', 'outhaul exports --state failed')
    .option('--state <state>', 'only those in this state')
    .option('--sets', 'sets of exports instead')
    .option('--set <id>', 'only the exports of this set')
    .option('--owner <email>', 'of another owner, or `all` (admins)')
    .option('--search <text>', 'by source, label or id')
    .option('--limit <n>', 'how many', wholeNumber, 25)
    .action(async (options: ListOptions, command: Command) =>
      (await import('./commands/exports.js')).listExports(session(command), options),
    );
  add('status <id>', 'show where an export stands', 'outhaul status ID --watch')
    .option('-w, --watch', 'follow it to its end')
    .action(async (id: string, options: { watch?: boolean }, command: Command) =>
      (await import('./commands/exports.js')).showStatus(session(command), id, options),
    );
  add(
    'download <id> [folder]',
    'download a finished export, every byte checked',
    'outhaul download ID flights',
  )
    .option('--overwrite', 'replace files that are there and different')
    .option('--max-rate <bytes>', 'at most so many bytes a second', wholeNumber)
    .action(
      async (id: string, folder: string | undefined, options: DownloadOptions, command: Command) =>
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
    );
  add(
    'cancel <id>',
    'cancel an export: its job, and what it has written',
    'outhaul cancel ID',
  ).action(async (id: string, _options: object, command: Command) =>
    (await import('./commands/exports.js')).cancelExport(session(command), id),
  );
  add('retry <id>', 'take a failed export up again', 'outhaul retry ID').action(
    async (id: string, _options: object, command: Command) =>
      (await import('./commands/exports.js')).retryExport(session(command), id),
  );
  add('rm <id>', 'remove a finished export and its files', 'outhaul rm ID').action(
    async (id: string, _options: object, command: Command) =>
      (await import('./commands/exports.js')).removeExport(session(command), id),
  );
  add(
    'verify <folder>',
    'check downloaded files against their manifest; asks no service',
    'outhaul verify flights',
  ).action(async (folder: string, _options: object, command: Command) =>
    (await import('./commands/verify.js')).verifyFolder(folder, outputOptions(command)),
  );
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
    );
  add(
    'access <what>',
    'review: show who may export what, when each last did, and how to take it away',
    'outhaul access review --unused',
  )
    .option('--unused', 'only grants without an export for 90 days')
    .option('--csv', 'as CSV')
    .action(async (what: string, options: AccessOptions, command: Command) =>
      (await import('./commands/access.js')).reviewAccess(session(command), what, options),
    );
  add('audit <what>', 'verify: check that the audit trail is whole', 'outhaul audit verify')
    .option('--heads <file>', 'log lines `audit.head` of the service, to check the newest too')
    .action(async (what: string, options: { heads?: string }, command: Command) =>
      (await import('./commands/audit.js')).verifyAuditTrail(session(command), what, options),
    );
  add('doctor', 'check what exports and downloads need', 'outhaul doctor').action(
    async (_options: object, command: Command) =>
      (await import('./commands/doctor.js')).runDoctor(session(command), version),
  );
  add(
    'config [name] [value]',
    'show or keep a setting, such as the server',
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
    );
  add(
    'completion <shell>',
    'print a completion script: bash, zsh or fish',
    'source <(outhaul completion bash)',
  ).action(async (shell: string) => {
    const { completionScript } = await import('./commands/completion.js');
    process.stdout.write(completionScript(program, shell));
  });
  add(
    'login',
    'sign in at the service; the tokens stay in your own config folder',
    'outhaul login --server https://outhaul.example.com',
  )
    .option('--device', 'by a code, with a browser elsewhere')
    .option('--no-browser', 'only show the address')
    .action(async (options: { device?: boolean; browser?: boolean }, command: Command) =>
      (await import('./commands/login.js')).login(session(command), config, options),
    );
  add('logout', 'end the sign-in and forget its tokens', 'outhaul logout').action(
    async (_options: object, command: Command) =>
      (await import('./commands/login.js')).logout(session(command), config),
  );
  add('whoami', 'show who you are to the service', 'outhaul whoami').action(
    async (_options: object, command: Command) =>
      (await import('./commands/exports.js')).whoAmI(session(command)),
  );
  program
    .command('local [arguments...]')
    .description('run the local cloud by itself, or load a file into it: outhaul local --help')
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .action(async (args: string[]) => (await import('./commands/local.js')).runLocalCloud(args));
  return program;
}

/** What only direct mode takes is not silently left out elsewhere. */
function refuseDirectOptions(command: Command, options: GlobalOptions): void {
  for (const name of ['project', 'bucket'] as const) {
    const isOwn = command.options.some((each) => each.attributeName() === name && !each.hidden);
    if (options[name] !== undefined && !isOwn)
      throw new CommandFailure(exitCodes.usage, `--${name} goes with --direct.`);
  }
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('It must be a whole number above zero.');
}
