import { type Command } from 'commander';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { settingNames } from '../settings-file.js';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

/** A completion script for a shell, made of the commands and options that there are. */
export function completionScript(program: Command, shell: string): string {
  if (!shells.includes(shell as Shell))
    throw new CommandFailure(
      exitCodes.usage,
      `There is no completion for ${shell}.`,
      `One of: ${shells.join(', ')}.`,
    );
  const commands = program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: [...command.options.filter(({ hidden }) => !hidden), ...program.options]
      .map(({ long }) => long)
      .filter((long): long is string => long !== undefined && long !== '--version'),
  }));
  const unique = commands.map((command) => ({
    ...command,
    options: [...new Set([...command.options, '--help'])],
    words: words[command.name] ?? [],
  }));
  return scripts[shell as Shell](unique);
}

/** What may stand where a command has its first argument, as far as that is known. */
const words: Readonly<Record<string, readonly string[]>> = {
  access: ['review'],
  audit: ['verify'],
  completion: shells,
  config: settingNames,
  local: ['load', 'support'],
};
const formats = ['parquet', 'csv', 'jsonl', 'avro', 'xlsx'];

interface CommandWords {
  readonly name: string;
  readonly description: string;
  readonly options: readonly string[];
  readonly words: readonly string[];
}

const quoted = (text: string): string => text.replaceAll("'", '’');

const scripts: Record<Shell, (commands: readonly CommandWords[]) => string> = {
  bash: (commands) => `# outhaul completion for bash: source <(outhaul completion bash)
_outhaul() {
  local word="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')}' -- "$word"))
    return
  fi
  case "\${COMP_WORDS[COMP_CWORD-1]}" in
    -f|--format) COMPREPLY=($(compgen -W '${formats.join(' ')}' -- "$word")); return ;;
  esac
  case "\${COMP_WORDS[1]}" in
${commands
  .map(
    ({ name, options, words }) =>
      `    ${name}) COMPREPLY=($(compgen -W '${[...words, ...options].join(' ')}' -- "$word")) ;;`,
  )
  .join('\n')}
  esac
}
complete -o default -F _outhaul outhaul
`,
  zsh: (commands) => `#compdef outhaul
# outhaul completion for zsh: source <(outhaul completion zsh)
_outhaul() {
  if (( CURRENT == 2 )); then
    local -a commands=(
${commands.map(({ name, description }) => `      '${name}:${quoted(description)}'`).join('\n')}
    )
    _describe command commands
    return
  fi
  case "$words[CURRENT-1]" in
    -f|--format) compadd -- ${formats.join(' ')}; return ;;
  esac
  case "$words[2]" in
${commands
  .map(
    ({ name, options, words }) =>
      `    ${name}) compadd -- ${[...words, ...options].join(' ')}; _files ;;`,
  )
  .join('\n')}
  esac
}
compdef _outhaul outhaul
`,
  fish: (commands) =>
    `# outhaul completion for fish: outhaul completion fish | source
${commands
  .flatMap(({ name, description, options, words }) => [
    `complete -c outhaul -n __fish_use_subcommand -f -a ${name} -d '${quoted(description)}'`,
    ...(words.length > 0
      ? [`complete -c outhaul -n '__fish_seen_subcommand_from ${name}' -f -a '${words.join(' ')}'`]
      : []),
    ...options.map((option) =>
      option === '--format'
        ? `complete -c outhaul -n '__fish_seen_subcommand_from ${name}' -s f -l format -x -a '${formats.join(' ')}'`
        : `complete -c outhaul -n '__fish_seen_subcommand_from ${name}' -l ${option.slice(2)}`,
    ),
  ])
  .join('\n')}
`,
};
