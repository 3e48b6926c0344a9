import { Command } from 'commander';
import { addBatch } from './cli/batch.js';
import { addBenchmark } from './cli/benchmark.js';
import { addCheck } from './cli/check.js';
import { addDoctor } from './cli/doctor.js';
import { addFormats } from './cli/formats.js';
import { addInfer } from './cli/infer.js';
import { addInspect } from './cli/inspect.js';
import { addPendingCommands } from './cli/pending-commands.js';
import { runProgram } from './cli/program.js';
import { addSimulate } from './cli/simulate.js';
import { addApp } from './serve/app-command.js';
import { addServe } from './serve/command.js';
import { version } from './engine/version.js';

/** Runs the command line; the exit code. Nothing is thrown: every failure is told on stderr, or as JSON. */
export function main(argv: readonly string[]): Promise<number> {
  const program = new Command('epiflux')
    .description('From a super-resolution chromatin image to a map of epigenetic reaction rates.')
    .version(version);
  addInfer(program);
  addSimulate(program);
  addInspect(program);
  addBatch(program);
  addCheck(program);
  addServe(program);
  addApp(program);
  addBenchmark(program);
  addDoctor(program);
  addFormats(program);
  addPendingCommands(program);
  return runProgram(program, argv);
}
