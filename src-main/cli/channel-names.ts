import { existsSync } from 'node:fs';
import { CoreError } from '../../src-core/index.js';
import { namesIn, tableOptionsOf } from '../engine/channels.js';
import type { DescribeRequest, FileDescription } from '../engine/messages.js';
import { readCommandJob } from './job-inputs.js';

type Values = Readonly<Record<string, unknown>>;
type Describe = (request: DescribeRequest) => Promise<FileDescription>;

const marks = ['heterochromatin', 'euchromatin', 'density'] as const;
type Mark = (typeof marks)[number];

/** Indices beyond this may as well be names, as of channels that are called after a laser line. */
const largestPlainIndex = 9;

/** Whether a text may be the name of a channel rather than its index or a file. */
function mayBeName(text: string): boolean {
  return /^\d+$/.test(text) ? Number(text) > largestPlainIndex : !existsSync(text);
}

/** Index of the channel of this name; the same letters in other cases will do where only one has them. */
function indexOf(name: string, names: readonly string[]): number | undefined {
  const exact = names.indexOf(name);
  if (exact >= 0) return exact;
  const alike = names.flatMap((each, index) => (each.toLowerCase() === name.toLowerCase() ? [index] : []));
  return alike.length === 1 ? alike[0] : undefined;
}

function noSuchName(mark: Mark, name: string, names: readonly string[]): CoreError {
  const list = names.map((each, index) => `${String(index)} = ${each}`).join(', ');
  return new CoreError({
    tag: 'usage',
    message: `"${name}" is neither a channel index nor a file, and no channel is called so${list === '' ? '' : `: the channels are ${list}`}.`,
    where: `--${mark}`,
    hint: 'Give a channel by its name or index, or the file that holds this mark.',
  });
}

/**
 * The options with channels that are called by name as their indices, by what the file of the mark says. Throws `usage`
 * for a name that no channel has, and what reading a table throws.
 */
export async function withChannelNames(
  inputs: readonly string[],
  values: Values,
  describe: Describe,
): Promise<Values> {
  const asked = marks.flatMap((mark) => {
    const text = values[mark];
    return typeof text === 'string' && mayBeName(text) ? [{ mark, text }] : [];
  });
  if (asked.length === 0) return values;
  const without = Object.fromEntries(Object.entries(values).filter(([key]) => !marks.includes(key as Mark)));
  const table = tableOptionsOf((await readCommandJob(inputs, without)).draft);
  const found: Partial<Record<Mark, string>> = {};
  for (const { mark, text } of asked) {
    const path = (mark === 'euchromatin' ? inputs.at(1) : undefined) ?? inputs[0];
    const names = namesIn(await describe({ path, table }));
    const index = indexOf(text, names);
    if (index !== undefined) found[mark] = String(index);
    else if (!/[./\\]|^\d+$|^-/.test(text)) throw noSuchName(mark, text, names);
  }
  return { ...values, ...found };
}
