import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { RolecallError } from '../errors.js';
import { formats } from '../model/format.js';
import { commandTable } from './command-table.js';
import { environment, exitCodes, globalOptions } from './global-options.js';
import { OptionValues } from './option-values.js';
import type { CommandRow, OptionRow } from './row.js';

/** A command line that was understood. */
export interface Invocation {
  row: CommandRow;
  args: readonly string[];
  /** Of the command and of the whole program. */
  options: OptionValues;
}

/** Where `--help` and `--version` go. */
export interface HelpOutput {
  write: (text: string) => void;
}

/**
 * Reads a command line by the table.
 * @returns null when it asked for help or the version, which has then been written
 * @throws RolecallError USAGE, with the nearest known word where one is near
 */
export async function understand(
  argv: readonly string[],
  version: string,
  output: HelpOutput,
): Promise<Invocation | null> {
  let invocation: Invocation | null = null;
  const program = buildProgram(version, output, (found) => {
    invocation = found;
  });
  try {
    await program.parseAsync(helpAsOption(argv), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return null;
    if (error.code === 'commander.help') throw new RolecallError('USAGE', 'no command was given');
    const message = error.message.replace(/^error: /, '').replace('\n', ' ');
    throw new RolecallError('USAGE', withoutAddresses(message));
  }
  return invocation;
}

/** Addresses that alerts go to are secrets, and a misspelt option is repeated with its value. */
function withoutAddresses(message: string): string {
  return message.replaceAll(/(https?:\/\/)[^\s']*/gi, '$1...');
}

/** `help who` is `who --help`; for a command that is none, the nearest is named. */
function helpAsOption(argv: readonly string[]): readonly string[] {
  const [first, name] = argv;
  if (first !== 'help') return argv;
  if (name === undefined) return ['--help'];
  return commandTable.some((row) => row.name === name) ? [name, '--help'] : [name];
}

function buildProgram(version: string, output: HelpOutput, found: (invocation: Invocation) => void): Command {
  const program = framed(new Command('rolecall'), output)
    .description(
      'Who held which AWS role, when, through which chain of assumptions, and what they did next: from CloudTrail.',
    )
    .usage('[options] <command> [arguments]')
    .version(version, '--version', 'print the version')
    .helpCommand('help [command]', 'help for a command')
    .addHelpText('after', `\n${listed('Environment', environment)}\n\n${listed('Exit status', exitCodes)}`);
  for (const row of globalOptions)
    program.addOption(
      row.flags === formatRow.flags
        ? formatOption(formats, '; some commands know more formats')
        : option(row),
    );
  for (const row of commandTable) {
    const command = framed(new Command(row.name), output, formatsOf(row))
      .summary(row.summary)
      .description(row.about === '' ? row.summary : `${row.summary}\n\n${row.about}`)
      .addHelpText('after', `\n${examples(row)}`);
    for (const { name, help, many } of row.arguments) {
      command.addArgument(new Argument(many === true ? `<${name}...>` : `<${name}>`, help));
    }
    for (const each of row.options) command.addOption(option(each));
    command.action(() => {
      const options = new OptionValues(command.optsWithGlobals());
      requireFormat(row, options.text('format')!);
      found({ row, args: command.args, options });
    });
    program.addCommand(command);
  }
  return program;
}

/** Formats that a command knows, in the order of its help. */
function formatsOf(row: CommandRow): readonly string[] {
  return [...formats, ...(row.formats ?? [])];
}

/** @throws RolecallError USAGE, naming what the command has and who has what was asked for */
function requireFormat(row: CommandRow, format: string): void {
  const known = formatsOf(row);
  if (known.includes(format)) return;
  const others = commandTable.filter((each) => formatsOf(each).includes(format)).map(({ name }) => name);
  const whose = others.length === 0 ? '' : ` (${format} is for ${others.join(' and ')})`;
  throw new RolecallError(
    'USAGE',
    `${row.name} has no format '${format}'; it has ${known.join(', ')}${whose}`,
  );
}

function framed(command: Command, output: HelpOutput, known: readonly string[] = formats): Command {
  return command
    .exitOverride()
    .helpOption('-h, --help', 'this help')
    .configureHelp({
      showGlobalOptions: true,
      subcommandTerm: (sub) => [sub.name(), ...sub.registeredArguments.map(argumentTerm)].join(' '),
      visibleGlobalOptions: (sub) =>
        (sub.parent?.options ?? [])
          .filter((each) => each.long !== '--version')
          .map((each) => (each.long === '--format' ? formatOption(known) : each)),
    })
    .configureOutput({ writeOut: output.write, writeErr: () => {}, outputError: () => {} });
}

function argumentTerm(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

const formatRow = globalOptions.find(({ flags }) => flags.startsWith('--format '))!;

/** Shows the formats of a command; which it has is known only after the command is. */
function formatOption(known: readonly string[], more = ''): Option {
  return option({ ...formatRow, help: formatRow.help + more, choices: known }).argParser((text) => text);
}

function option(row: OptionRow): Option {
  const made = new Option(row.flags, row.help);
  if (row.choices !== undefined) made.choices(row.choices);
  if (row.default !== undefined) made.default(row.default);
  if (row.reads === 'count') made.argParser(readCount);
  if (row.reads === 'list') made.argParser(readList);
  if (row.reads === 'each')
    made.argParser((text: string, before: string[] | undefined) => [...(before ?? []), text]);
  return made;
}

function readCount(text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function readList(text: string, before: string[] | undefined): string[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.includes('')) throw new InvalidArgumentError('Write names with commas between them.');
  return [...(before ?? []), ...parts];
}

function listed(title: string, rows: readonly (readonly [string | number, string])[]): string {
  const width = Math.max(...rows.map(([name]) => String(name).length));
  return [`${title}:`, ...rows.map(([name, help]) => `  ${String(name).padEnd(width)}  ${help}`)].join('\n');
}

function examples(row: CommandRow): string {
  return [
    'Examples:',
    ...row.examples.flatMap(({ line, says }) => [`  # ${says}`, `  rolecall ${line}`]),
  ].join('\n');
}
