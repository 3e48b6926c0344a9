import type { Command } from 'commander';
import { notAvailable } from './schema-options.js';

const pending: readonly (readonly [name: string, about: string])[] = [
  ['figure', 'results composed into a page'],
  ['reproduce', 'an exported result run again and compared'],
];

const available =
  'Available: infer, simulate, inspect, batch, check, benchmark, serve, app, doctor, formats.';

/** Adds the commands of the contract that are not built yet: they say so and end with exit code 2. */
export function addPendingCommands(program: Command): void {
  for (const [name, about] of pending) {
    program
      .command(name)
      .summary(`${about} (not available yet)`)
      .argument('[arguments...]')
      .allowUnknownOption()
      .action(() => {
        throw notAvailable(name, available);
      });
  }
}
