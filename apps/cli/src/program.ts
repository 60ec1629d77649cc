import { Command, Option } from 'commander';
import { commandTable } from './command-table.js';
import { type CliConfig } from './config.js';
import { CommandFailure, exitCodes } from './exit-codes.js';
import { collect, notEmpty } from './option-values.js';
import { type GlobalOptions, openSession, type Session } from './session.js';

/**
 * The whole command line, or what one command of the name `only` needs of it, so that none pays for another; every command
 * when there is none of that name.
 */
export function makeProgram(
  config: CliConfig,
  version: string,
  { only = '', asJson = false }: { readonly only?: string; readonly asJson?: boolean } = {},
): Command {
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
  // A failure is one JSON document then, which whoever runs this writes.
  if (asJson) program.configureOutput({ writeErr: () => undefined });
  const session = (command: Command): Session => {
    const options = command.optsWithGlobals<GlobalOptions>();
    const opened = openSession(config, options);
    if (!opened.direct) refuseDirectOptions(command, options);
    return opened;
  };
  /** Options of the whole program may stand behind the command, too, unless it has `own` ones of the name. */
  const add = (name: string, description: string, example: string, own = ''): Command => {
    const command = program.command(name).description(description);
    command.showHelpAfterError(`(outhaul ${command.name()} --help shows what there is)`);
    for (const argument of command.registeredArguments)
      if (!argument.variadic) argument.argParser(notEmpty);
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
  const table = commandTable({ program, config, version, add, session });
  for (const [name, define] of Object.entries(table))
    if (name === only || !Object.hasOwn(table, only)) define();
  refuseTwice(program);
  return program;
}

/** Of an option that is given twice one value would be lost without a word; those that collect take any number. */
function refuseTwice(command: Command): void {
  for (const option of command.options) {
    if (!(option.required || option.optional) || option.parseArg === collect) continue;
    let isGiven = false;
    command.on(`option:${option.name()}`, () => {
      if (isGiven)
        throw new CommandFailure(
          exitCodes.usage,
          `${option.long} is given twice; it takes one value.`,
        );
      isGiven = true;
    });
  }
  for (const each of command.commands) refuseTwice(each);
}

/** What only direct mode takes is not silently left out elsewhere. */
function refuseDirectOptions(command: Command, options: GlobalOptions): void {
  for (const name of ['project', 'bucket'] as const) {
    const isOwn = command.options.some((each) => each.attributeName() === name && !each.hidden);
    if (options[name] !== undefined && !isOwn)
      throw new CommandFailure(exitCodes.usage, `--${name} goes with --direct.`);
  }
}
