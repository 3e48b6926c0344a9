import type { Command } from 'commander';
import {
  CoreError,
  type Finding,
  formatLength,
  type Inspection,
  type JobInput,
  parseJob,
} from '../../src-core/index.js';
import { namesIn, tableOptionsOf } from '../engine/channels.js';
import { type Engine, makeEngine, type RequestOptions } from '../engine/host.js';
import type { DescribeRequest, FileDescription } from '../engine/messages.js';
import { withChannelNames } from './channel-names.js';
import { withInterrupt } from './interrupt.js';
import { type CommandJob, readCommandJob } from './job-inputs.js';
import { addChannelOptions, addJobOptions, addOutputOptions } from './job-options.js';
import { makeTerminal, type OutputOptions } from './progress.js';
import { optionOfRemedy } from './remedy-options.js';

type Describe = (request: DescribeRequest) => Promise<FileDescription>;
type Values = OutputOptions & Record<string, unknown>;
type Image = Extract<Inspection, { kind: 'image' }>;
type Table = Extract<Inspection, { kind: 'table' }>;

const one: JobInput['channels'] = { kind: 'density', density: { file: 0, channel: 0 } };

function pair(file: 0 | 1, channel: number): JobInput['channels'] {
  const heterochromatin = { file: 0, channel: 0 } as const;
  return { kind: 'two-channel', heterochromatin, euchromatin: { file, channel } };
}

/** Names of the channels of a file; none of a table that does not say enough to be read. */
async function channelNames({ draft, files }: CommandJob, describe: Describe): Promise<readonly string[]> {
  try {
    return namesIn(await describe({ path: files.input, table: tableOptionsOf(draft) }));
  } catch (error) {
    if (error instanceof CoreError && error.tag === 'missing') return [];
    throw error;
  }
}

/** The channels that are looked at: those of the options, else one of each file, else the first two. */
async function channelsOf(command: CommandJob, describe: Describe): Promise<JobInput['channels']> {
  if (command.draft.channels) return command.draft.channels;
  if (command.files.second !== undefined) return pair(1, 0);
  return (await channelNames(command, describe)).length > 1 ? pair(0, 1) : one;
}

interface Looked {
  readonly inspection: Inspection;
  readonly input: string;
  readonly channels: JobInput['channels'];
}

async function look(
  engine: Engine,
  inputs: readonly string[],
  values: Values,
  options: RequestOptions,
): Promise<Looked> {
  const describe: Describe = (request) => engine.request('describe', request, options);
  const command = await readCommandJob(inputs, await withChannelNames(inputs, values, describe));
  const channels = await channelsOf(command, describe);
  const job = parseJob({ ...command.draft, channels });
  const inspection = await engine.request('inspect', { files: command.files, job }, options);
  return { inspection, input: command.files.input, channels };
}

/** A finding as JSON: each remedy with the option that makes it. */
function findingDocument({ remedies, ...finding }: Finding): object {
  const withOptions = remedies.map((remedy) => ({ ...remedy, option: optionOfRemedy(remedy) ?? null }));
  return { ...finding, remedies: withOptions };
}

function documentOf({ inspection, input, channels }: Looked): object {
  const { findings, ...content } = inspection;
  return { input, ...content, channels, findings: findings.map(findingDocument) };
}

function lengthText(length: Image['pixelSize']): string {
  return length === null ? 'not known' : `${formatLength(length.nm)} (${length.from})`;
}

function imageLines({ metadata, pixelSize, zStep }: Image): string[] {
  const { format, width, height, planes, channels, frames, sampleType } = metadata;
  const named = metadata.channelNames.map((name, index) => `${index} = ${name}`).join(', ');
  const parts = [
    `${width} × ${height} px`,
    ...(planes > 1 ? [`${planes} planes`] : []),
    `${channels} ${channels === 1 ? 'channel' : `channels (${named})`}`,
    ...(frames > 1 ? [`${frames} time points`] : []),
    sampleType,
  ];
  const step = planes > 1 ? [`z step: ${lengthText(zStep)}`] : [];
  return [`${format}: ${parts.join(', ')}`, `pixel size: ${lengthText(pixelSize)}`, ...step];
}

function tableLines({ format, table, columnNames }: Table): string[] {
  const columns = columnNames.length === 0 ? [] : [`columns: ${columnNames.join(', ')}`];
  if (table === null) return [format, ...columns];
  const { count, rows, columns: read, units, unitsFrom, dropped, channelNames: names } = table;
  const said = { file: 'as the file says', user: 'as given', assumed: 'assumed' }[unitsFrom];
  const roles = Object.entries(read).map(([role, name]) => `${role} = ${name}`);
  const left = [
    ...(dropped.notFinite > 0 ? [`${dropped.notFinite} without finite numbers`] : []),
    ...(dropped.duplicate > 0 ? [`${dropped.duplicate} copies`] : []),
    ...(dropped.rejected ? [`${dropped.rejected} rejected`] : []),
  ];
  return [
    `${format}: ${count} localisations in ${rows} rows${left.length === 0 ? '' : ` (left out: ${left.join(', ')})`}`,
    `read: ${roles.join(', ')}; positions in ${units}, ${said}`,
    ...(names.length > 1 ? [`channels: ${names.map((name, k) => `${k} = ${name}`).join(', ')}`] : []),
  ];
}

const marks = { stop: '✗', doubt: '!', note: '·' } as const;

function findingLines({ severity, what, means, remedies }: Finding): string[] {
  const ways = remedies.map((remedy) => {
    const option = optionOfRemedy(remedy);
    return `    → ${remedy.words}${option === undefined ? '' : `: ${option}`}`;
  });
  return [`${marks[severity]} ${what}`, `    ${means}`, ...ways];
}

function countLine(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'Nothing is doubtful.';
  return `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}:`;
}

function linesOf({ inspection, input }: Looked): string[] {
  const content = inspection.kind === 'image' ? imageLines(inspection) : tableLines(inspection);
  const { findings } = inspection;
  return [input, ...content, countLine(findings), ...findings.flatMap(findingLines)];
}

async function runInspect(inputs: readonly string[], values: Values): Promise<void> {
  const terminal = makeTerminal(values);
  const engine = makeEngine();
  try {
    const looked = await withInterrupt((signal) =>
      look(engine, inputs, values, { signal, onProgress: terminal.bar }),
    );
    terminal.result(documentOf(looked), linesOf(looked));
  } finally {
    terminal.clear();
    await engine.close();
  }
}

/** Adds `epiflux inspect`. */
export function addInspect(program: Command): void {
  const command = program
    .command('inspect')
    .summary('what a file holds and what is doubtful about it, with remedies')
    .description(
      'Says what an image or a table holds, and looks for what is doubtful before anything is computed: pixel sizes ' +
        'and units that cannot be right, saturated pixels, channels that are displaced or shine into each other, too ' +
        'few localisations, and more, each with the option that puts it right. Takes the options of `epiflux infer`; ' +
        'without any that chooses channels, the first two are looked at.',
    )
    .argument('<input>', 'image or table')
    .argument('[input2]', 'the other mark, where it has a file of its own');
  addChannelOptions(command);
  addOutputOptions(addJobOptions(command)).action(
    async (input: string, input2: string | undefined, values: Values) => {
      await runInspect(input2 === undefined ? [input] : [input, input2], values);
    },
  );
}
