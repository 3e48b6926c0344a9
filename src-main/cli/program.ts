import { type Command, CommanderError } from 'commander';
import { CoreError } from '../../src-core/index.js';
import { exitCodeOf, exitCodes, failureDocument, failureText } from './exit-codes.js';

/** Turns commander's own complaints into `usage` errors, so that all are told alike. */
function translate(error: unknown): unknown {
  if (!(error instanceof CommanderError)) return error;
  const [first, ...rest] = error.message.replace(/^error: /, '').split('\n');
  const hint = [...rest, '`epiflux --help` and `epiflux COMMAND --help` list what there is.']
    .join(' ')
    .trim();
  return new CoreError({ tag: 'usage', message: `${first.charAt(0).toUpperCase()}${first.slice(1)}.`, hint });
}

function tell(error: unknown, asJson: boolean): void {
  if (asJson) process.stdout.write(`${JSON.stringify(failureDocument(error), null, 2)}\n`);
  else process.stderr.write(`${failureText(error)}\n`);
}

/** A reader that closed the pipe (`| head`) wants no more: that is no failure. */
function endOnClosedPipe(error: Error): void {
  if ('code' in error && error.code === 'EPIPE') process.exit(exitCodes.done);
  throw error;
}

function prepare(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => undefined, outputError: () => undefined });
  command.showSuggestionAfterError();
  command.commands.forEach(prepare);
}

const helpAsked = new Set(['commander.helpDisplayed', 'commander.version']);

/** Parses and runs; the exit code of the process. A bare `epiflux` prints the help and is wrong usage. */
export async function runProgram(program: Command, argv: readonly string[]): Promise<number> {
  process.stdout.on('error', endOnClosedPipe);
  prepare(program);
  if (argv.length === 0) {
    process.stderr.write(program.helpInformation());
    return exitCodes.usage;
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && helpAsked.has(error.code)) return exitCodes.done;
    const failure = translate(error);
    tell(failure, argv.includes('--json'));
    return exitCodeOf(failure);
  }
  return Number(process.exitCode ?? exitCodes.done);
}
