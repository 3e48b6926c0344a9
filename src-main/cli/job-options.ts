import type { Command } from 'commander';
import { CoreError, jobSchema } from '../../src-core/index.js';
import {
  addSchemaOptions,
  keyOf,
  notAvailable,
  optionSchema,
  readSchemaOptions,
  type SchemaOption,
} from './schema-options.js';

/** The job's schema, for options that set values of it. */
export const jobOptionSchema = optionSchema(jobSchema, {
  channels: { kind: 'density', density: { file: 0, channel: 0 } },
  // An sd can only be one of something.
  calibration: { hetFraction: 0.5, gain: [1, 1] },
});

/** An option of the contract whose capability is not built yet: only `accepted` is taken, and changes nothing. */
interface PendingOption {
  readonly flag: string;
  readonly placeholder: string;
  readonly about: string;
  readonly accepted: readonly string[];
  readonly available: string;
}

const jobOptions: readonly SchemaOption[] = [
  {
    flag: '--het-fraction',
    placeholder: 'F',
    path: 'calibration.hetFraction',
    about: 'global heterochromatin fraction; needed with one channel, calibrates the level with two',
    spread: 'calibration.hetFractionSd',
  },
  {
    flag: '--het-fraction-sd',
    placeholder: 'S',
    path: 'calibration.hetFractionSd',
    about:
      'sd of the fraction, so that the level of λ has one; less than half of what the fraction is from 0 or 1',
  },
  {
    flag: '--offset',
    placeholder: 'A[,B]',
    path: 'calibration.offset',
    about: 'intensity at zero density, per channel',
  },
  {
    flag: '--gain',
    placeholder: 'A[,B]',
    path: 'calibration.gain',
    about: 'intensity per unit density, per channel',
  },
  {
    flag: '--gain-ratio-sd',
    placeholder: 'S',
    path: 'calibration.gainRatioSd',
    about: 'relative sd of the ratio of the two gains, so that the level of λ has one',
  },
  {
    flag: '--mean-density',
    placeholder: 'F',
    path: 'calibration.meanDensity',
    about: 'mean chromatin volume fraction that sets the gain where none is given',
  },
  {
    flag: '--register',
    placeholder: 'auto|X,Y[,Z]',
    path: 'calibration.shiftNm',
    about: 'displacement of the euchromatin channel in nm, which it is moved back by; auto finds it',
  },
  { flag: '--pixel-size-nm', placeholder: 'P', path: 'calibration.pixelSizeNm', about: 'overrides the file' },
  { flag: '--z-step-nm', placeholder: 'P', path: 'calibration.zStepNm', about: 'overrides the file' },
  {
    flag: '--length-nm',
    placeholder: 'L0',
    path: 'model.lengthNm',
    about:
      'reaction-diffusion length sqrt(D / acetylation rate); auto estimates it from two channels by evidence',
    word: { text: 'auto', path: 'model.lengthFrom', value: 'image', otherwise: 'given' },
  },
  {
    flag: '--diffusivity-um2-s',
    placeholder: 'D',
    path: 'model.diffusivityUm2PerS',
    about: 'turns the rate ratio into a methylation rate in 1/s',
  },
  {
    flag: '--geometry',
    placeholder: 'NAME',
    path: 'model.geometry',
    about: 'what the image is of the 3-D nucleus',
    notYet: ['section', 'projection'],
  },
  {
    flag: '--boundary',
    placeholder: 'NAME',
    path: 'model.boundary',
    about:
      'no-flux: nothing flows through the edge of the nucleus; periodic: the whole picture is one period of a field, as simulations have it (with --mask none)',
  },
  {
    flag: '--solver',
    placeholder: 'NAME',
    path: 'solver.name',
    about:
      'how λ is found: field as a smooth field with its sd, direct pixel by pixel, balance by local averages, network by training',
  },
  {
    flag: '--equation',
    placeholder: 'NAME',
    path: 'model.equation',
    about: 'which balance is solved; phase-field needs --solver direct or network',
  },
  { flag: '--mollifier', placeholder: 'NAME', path: 'solver.mollifier', about: 'smoothing kernel' },
  {
    flag: '--mollifier-nm',
    placeholder: 'W',
    path: 'solver.mollifierNm',
    about: 'rms width of the kernel, for direct, balance and network',
  },
  {
    flag: '--length-scale-nm',
    placeholder: 'S',
    path: 'solver.lengthScaleNm',
    about: 'over which λ varies, for field; chosen by evidence where not given',
  },
  {
    flag: '--architecture',
    placeholder: 'NAME',
    path: 'solver.network.architecture',
    about: 'for network: what is trained',
  },
  { flag: '--width', placeholder: 'N', path: 'solver.network.width', about: 'for network: how wide it is' },
  { flag: '--depth', placeholder: 'N', path: 'solver.network.depth', about: 'for network: how deep it is' },
  {
    flag: '--under',
    placeholder: 'NAME',
    path: 'solver.network.under',
    about: 'for network: the fields lie on a free grid, or are a network too',
  },
  {
    flag: '--derivatives',
    placeholder: 'NAME',
    path: 'solver.network.derivatives',
    about: 'for network: by mollifiers, or by differentiating the network itself (--under network)',
  },
  {
    flag: '--rate',
    placeholder: 'NAME',
    path: 'solver.network.rate',
    about: 'for network: λ is a network, or follows point by point from the trained fields',
  },
  {
    flag: '--optimizer',
    placeholder: 'NAME',
    path: 'solver.network.optimizer',
    about: 'for network: what follows the gradients',
  },
  {
    flag: '--learning-rate',
    placeholder: 'R',
    path: 'solver.network.learningRate',
    about: 'for network: highest learning rate; one that suits where not given',
  },
  { flag: '--steps', placeholder: 'N', path: 'solver.network.steps', about: 'for network: steps at most' },
  {
    flag: '--patience',
    placeholder: 'N',
    path: 'solver.network.patience',
    about: 'for network: steps without a better held-out error after which training ends; 0 never',
  },
  {
    flag: '--start',
    placeholder: 'NAME',
    path: 'solver.network.start',
    about: 'for network: λ begins at random, or with that of direct',
  },
  {
    flag: '--points',
    placeholder: 'N',
    path: 'solver.network.points',
    about: 'for network: most cells in the box around the nucleus',
  },
  {
    flag: '--spacing-nm',
    placeholder: 'S',
    path: 'table.spacingNm',
    about: 'pixel of the density made from a table',
  },
  {
    flag: '--render',
    placeholder: 'NAME',
    path: 'table.render',
    about: 'how a table becomes a density',
    notYet: ['voronoi'],
  },
  {
    flag: '--columns',
    placeholder: 'x=..,y=..',
    path: 'table.columns',
    about:
      'columns of a table that does not say (x, y, z, precision, frame, channel, molecule); none: molecule=',
  },
  { flag: '--units', placeholder: 'UNIT', path: 'table.units', about: 'unit of a table that does not say' },
  { flag: '--z', placeholder: 'max|N|all', path: 'z', about: 'which planes of a stack' },
  { flag: '--frame', placeholder: 'N', path: 'frame', about: 'which time point, from 0' },
  { flag: '--seed', placeholder: 'N', path: 'seed', about: 'seed of everything random' },
];

/** The option that sets a place in the job, "--het-fraction F", with the value where one is known; else undefined. */
export function jobOptionText(path: string, value?: string | number): string | undefined {
  const option = jobOptions.find((each) => each.path === path);
  return option && `${option.flag} ${String(value ?? option.placeholder)}`;
}

const pendingOptions: readonly PendingOption[] = [
  {
    flag: '--axial-fwhm-nm',
    placeholder: 'F',
    about: 'axial response',
    accepted: [],
    available:
      'It belongs to --geometry section and projection; available are uniform and stack, without it.',
  },
  {
    flag: '--axial-shape',
    placeholder: 'gauss|box',
    about: 'axial response',
    accepted: ['gauss'],
    available: 'It belongs to --geometry section and projection; leave it out.',
  },
  {
    flag: '--uncertainty',
    placeholder: 'N',
    about: 'posterior samples',
    accepted: ['0'],
    available: 'Available: 0; the field solver gives the standard deviation of λ without samples.',
  },
  {
    flag: '--threads',
    placeholder: 'N',
    about: 'threads',
    accepted: ['1'],
    available: 'Available: 1; the solver network takes all threads, to the same bytes.',
  },
  {
    flag: '--backend',
    placeholder: 'NAME',
    about: 'compute backend',
    accepted: ['auto', 'cpu'],
    available: 'Available: auto and cpu (plain TypeScript).',
  },
];

function pendingHelp({ about, accepted }: PendingOption): string {
  return `${about} (not available yet${accepted.length > 0 ? `; only ${accepted.join(', ')}` : ''})`;
}

/** Adds the options that make up a job to a command. */
export function addJobOptions(command: Command): Command {
  addSchemaOptions(command, jobOptionSchema, jobOptions);
  for (const option of pendingOptions)
    command.option(`${option.flag} <${option.placeholder}>`, pendingHelp(option));
  return command.option(
    '--config <job.json>',
    'a job, or a result.json whose job is taken; options override it',
  );
}

/** Adds the options that say which channel is which mark. */
export function addChannelOptions(command: Command): Command {
  return command
    .option(
      '--heterochromatin <N|NAME|FILE>',
      'channel of the heterochromatin mark, by index (from 0) or (infer) name, or its own file',
    )
    .option(
      '--euchromatin <N|NAME|FILE>',
      'channel of the euchromatin mark (of INPUT2 where given), or its own file',
    )
    .option('--density <N|NAME>', 'one channel: total chromatin density');
}

/** Adds the options that say how much is written to the terminal. */
export function addOutputOptions(command: Command): Command {
  return command
    .option('--json', 'print one JSON document on stdout and nothing else')
    .option('--quiet', 'no progress and no warnings')
    .option('--verbose', 'also what the result rests on');
}

function refusePending(values: Readonly<Record<string, unknown>>): void {
  for (const { flag, accepted, available } of pendingOptions) {
    const text = values[keyOf(flag)];
    if (typeof text === 'string' && !accepted.includes(text))
      throw notAvailable(`${flag} ${text}`, available);
  }
}

/** Throws `usage` where the sd of the fraction stands behind it and in an option of its own. */
function refuseTwoSds({ hetFraction, hetFractionSd }: Readonly<Record<string, unknown>>): void {
  if (typeof hetFraction !== 'string' || typeof hetFractionSd !== 'string') return;
  if (!/±|\+\/?-/.test(hetFraction)) return;
  throw new CoreError({
    tag: 'usage',
    message: `The sd of the fraction is given twice: "${hetFraction}" and "${hetFractionSd}".`,
    where: '--het-fraction-sd',
    hint: 'Leave one of them out.',
  });
}

/**
 * The part of a job that the options give; throws `usage` naming the option, its value and what is allowed, also
 * for what is not available yet.
 */
export function readJobOptions(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  refusePending(values);
  refuseTwoSds(values);
  return readSchemaOptions(jobOptionSchema, jobOptions, values);
}
