import { z } from 'zod';
import { largestFractionSd } from './data/level.js';
import { CoreError } from './errors.js';

/** Longest length accepted anywhere, in nm (1 m): beyond it a unit was mistaken. */
const longest = 1e9;
const lengthNm = z.number().positive().max(longest);
const pair = z.tuple([z.number(), z.number()]);
const positivePair = z.tuple([z.number().positive(), z.number().positive()]);
const channelIndex = z.number().int().nonnegative();
const shift = z.number().min(-1e6).max(1e6);
const fraction = z.number().gt(0).lt(1);

/**
 * One channel of the input: `file` 0 is INPUT, 1 is INPUT2 (a second image or table that holds the other mark).
 */
const channelRef = z.strictObject({ file: z.union([z.literal(0), z.literal(1)]), channel: channelIndex });

const channelsSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('two-channel'), heterochromatin: channelRef, euchromatin: channelRef }),
    z.strictObject({ kind: z.literal('density'), density: channelRef }),
  ])
  .describe('which channel is which mark, or the one that shows total chromatin density');

const calibrationFields = z.strictObject({
  pixelSizeNm: lengthNm.nullable().default(null),
  zStepNm: lengthNm.nullable().default(null),
  hetFraction: fraction.nullable().default(null),
  /** sd of the fraction; null: not told, so that it is not known how well the level of λ is known. */
  hetFractionSd: z.number().positive().lt(largestFractionSd(0.5)).nullable().default(null),
  offset: pair.nullable().default(null),
  gain: positivePair.nullable().default(null),
  /** Relative sd of the ratio of the two gains; null: not told. */
  gainRatioSd: z.number().positive().lt(0.5).nullable().default(null),
  meanDensity: fraction.default(0.45),
  /** Displacement of the euchromatin channel against the other (x, y, z), which it is moved back by; auto finds it. */
  shiftNm: z
    .union([z.literal('auto'), z.tuple([shift, shift, shift.optional()])])
    .nullable()
    .default(null),
});

/** What is wrong with the sd that a calibration tells, if anything: where, and in words with what would do. */
function doubtProblems({
  hetFraction,
  hetFractionSd: sd,
  gain,
  gainRatioSd,
}: z.output<typeof calibrationFields>): { path: string; message: string }[] {
  const problems: { path: string; message: string }[] = [];
  const most = hetFraction === null ? 0 : largestFractionSd(hetFraction);
  if (sd !== null && hetFraction === null) {
    const message = `is ${sd}, and there is no fraction that it could be the sd of; give hetFraction or leave it out`;
    problems.push({ path: 'hetFractionSd', message });
  } else if (sd !== null && sd >= most && sd < largestFractionSd(0.5)) {
    const limit = Number(most.toPrecision(4));
    const message = `is ${sd}, too large for a fraction of ${String(hetFraction)}: two sd would reach 0 or 1; give less than ${limit}`;
    problems.push({ path: 'hetFractionSd', message });
  }
  if (gainRatioSd !== null && gain === null) {
    const message = `is ${gainRatioSd}, and there are no gains that it could be the sd of; give gain or leave it out`;
    problems.push({ path: 'gainRatioSd', message });
  }
  return problems;
}

const calibrationSchema = calibrationFields.superRefine((calibration, context) => {
  for (const { path, message } of doubtProblems(calibration)) {
    context.addIssue({ code: 'custom', path: [path], message });
  }
});

const tableSchema = z.strictObject({
  spacingNm: lengthNm.default(15),
  render: z.enum(['histogram', 'gaussian']).default('gaussian'),
  columns: z
    .partialRecord(z.enum(['x', 'y', 'z', 'precision', 'frame', 'channel', 'molecule']), z.string())
    .nullable()
    .default(null),
  units: z.enum(['nm', 'um', 'px']).nullable().default(null),
});

const filled = <T extends z.ZodType>(schema: T) => schema.prefault({} as z.input<T>);

const modelSchema = z.strictObject({
  equation: z.enum(['flux-balance', 'phase-field']).default('flux-balance'),
  geometry: z.enum(['uniform', 'stack']).nullable().default(null),
  boundary: z
    .enum(['no-flux', 'periodic'])
    .default('no-flux')
    .describe('what is at the edge: nothing flows through it, or the whole picture is one period of a field'),
  lengthNm: lengthNm.default(150),
  lengthFrom: z
    .enum(['given', 'image'])
    .default('given')
    .describe(
      'whether L0 is lengthNm, or estimated by evidence, searched from lengthNm, which stays where it fails',
    ),
  diffusivityUm2PerS: z.number().positive().nullable().default(null),
  a: z.number().positive().default(1),
  wellHeight: z.number().positive().default(1.2),
  phiMax: fraction.default(0.8),
  kappa: z.number().nonnegative().default(0.012),
});

const networkSchema = z
  .strictObject({
    architecture: z.enum(['mlp', 'piratenet', 'pinnsformer']).default('mlp'),
    width: z.number().int().min(1).max(1024).default(64),
    depth: z.number().int().min(1).max(16).default(2),
    under: z
      .enum(['grid', 'network'])
      .default('grid')
      .describe('what stands under the mollifier in place of the measured fields'),
    derivatives: z.enum(['mollifier', 'autodiff']).default('mollifier'),
    rate: z.enum(['network', 'pointwise']).default('network'),
    optimizer: z.enum(['adam', 'soap', 'lbfgs']).default('adam'),
    learningRate: z.number().positive().max(10).nullable().default(null),
    steps: z.number().int().min(1).max(1_000_000).default(600),
    patience: z.number().int().nonnegative().default(150),
    start: z.enum(['random', 'direct']).default('random').describe('what λ begins with'),
    points: z.number().int().min(64).max(1_048_576).default(16384),
  })
  .describe('how the solver network is trained');

const solverSchema = z.strictObject({
  name: z.enum(['balance', 'direct', 'field', 'network']).default('field'),
  mollifier: z.enum(['poly8', 'bump', 'gauss']).default('poly8'),
  mollifierNm: lengthNm.nullable().default(null),
  lengthScaleNm: lengthNm.nullable().default(null),
  network: filled(networkSchema),
});

/** Schema of a job. Every default of the program is in here and nowhere else. null means "decided from the data". */
export const jobSchema = z.strictObject({
  jobVersion: z.literal(1).default(1),
  channels: channelsSchema,
  z: z.union([z.literal('max'), z.literal('all'), z.number().int().nonnegative()]).default('all'),
  frame: z.number().int().nonnegative().default(0),
  mask: z.enum(['auto', 'none', 'file']).default('auto'),
  calibration: filled(calibrationSchema),
  table: filled(tableSchema),
  model: filled(modelSchema),
  solver: filled(solverSchema),
  seed: z.number().int().nonnegative().max(0xffffffff).default(1),
});

/** A job with every default filled in: together with its input files it determines every byte of the result. */
export type JobSpec = z.output<typeof jobSchema>;
/** A job as a user or a file may give it, with defaults left out. */
export type JobInput = z.input<typeof jobSchema>;

/** The job with every default filled in; throws a `usage` CoreError that names each value out of range. */
export function parseJob(input: unknown): JobSpec {
  const parsed = jobSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'job'}: ${issue.message}`);
  throw new CoreError({
    tag: 'usage',
    message: `The job has ${String(problems.length)} value(s) that cannot be used. ${problems.join('; ')}.`,
    hint: 'Correct the named values.',
  });
}
