import type { Command } from 'commander';
import { type Format, formatTable } from '../../src-core/index.js';
import { addOutputOptions } from './job-options.js';
import { makeTerminal, type OutputOptions } from './progress.js';

const readable = formatTable.filter(({ kind }) => kind !== 'unsupported');

function rowOf({ id, title, kind, extensions, content }: Format): object {
  return { id, title, kind, extensions, content };
}

function linesOf({ title, extensions, content }: Format): string[] {
  return [`  ${title} (${extensions.map((extension) => `.${extension}`).join(' ')})`, `    ${content}`];
}

function listing(): string[] {
  return [
    'Read (also gzip-compressed, .gz, HDF5 aside); a file is recognised by its content, not by its name:',
    ...readable.flatMap(linesOf),
    'Recognised, but not read; the way out:',
    ...formatTable.filter(({ kind }) => kind === 'unsupported').flatMap(linesOf),
  ];
}

/** Adds `epiflux formats`. */
export function addFormats(program: Command): void {
  const command = program
    .command('formats')
    .summary('what can be read, with columns and units')
    .description(
      'Lists what can be read, in the order in which a file is tried, and the way out for what cannot.',
    );
  addOutputOptions(command).action((options: OutputOptions) => {
    makeTerminal(options).result({ formats: formatTable.map(rowOf) }, listing());
  });
}
