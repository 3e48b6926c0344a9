import { z } from 'zod';
import { CoreError } from '../errors.js';
import { interfaceLength } from './forward.js';

const parametersSchema = z
  .strictObject({
    a: z.number().positive().max(10).default(1),
    wellHeight: z.number().positive().max(10).default(1.2),
    phiMax: z.number().gt(0).lt(1).default(0.8),
    kappa: z.number().min(1e-4).max(1).default(0.012),
    meanChromatin: z.number().gt(0).lt(1).default(0.45),
  })
  .prefault({});

const noise = z
  .number()
  .max(0.5)
  .refine((value) => value === 0 || value >= 0.01, {
    error: 'must be 0 or between 0.01 and 0.5 of the signal',
  })
  .default(0.05);

/**
 * Schema of a phantom nucleus with its defaults. `noise` is the Poisson sd relative to the signal at the mean of
 * the channels, 0 for none; `localizations` is the number of points per channel, null for a camera image;
 * `lambdaValue` is the λ of the constant field. More than one plane makes an ellipsoid. `periodic` is no nucleus but a
 * box that chromatin fills and that repeats itself, flat or with planes.
 */
export const phantomSpecSchema = z.strictObject({
  shape: z.enum(['ellipse', 'bean', 'nucleoli', 'periodic']).default('ellipse'),
  lambda: z.enum(['constant', 'bumps', 'radial', 'patches']).default('bumps'),
  lambdaValue: z.number().min(0.2).max(5).default(1.5),
  sizePx: z.number().int().min(32).max(512).default(256),
  planes: z.number().int().min(1).max(256).default(1),
  pixelSizeNm: z.number().min(1).max(1000).default(15),
  zStepNm: z.number().min(1).max(1000).default(40),
  psfNm: z.number().nonnegative().max(1000).default(20),
  psfAxialNm: z.number().nonnegative().max(1000).default(40),
  noise,
  seed: z.number().int().nonnegative().max(0xffffffff).default(1),
  channels: z.union([z.literal(1), z.literal(2)]).default(2),
  localizations: z.number().int().min(1).max(5_000_000).nullable().default(null),
  lengthNm: z.number().min(1).max(1e5).default(150),
  parameters: parametersSchema,
});

/** A phantom with every default filled in: it determines every byte of what is simulated. */
export type PhantomSpec = z.output<typeof phantomSpecSchema>;
/** A phantom as a user or a file may give it, with defaults left out. */
export type PhantomInput = z.input<typeof phantomSpecSchema>;

/** Cells of the finer grid at most: the solver takes about 1 kB for each that is inside, half of them or so. */
const mostCells = 6_000_000;
/** Fewest L0 across the frame: below it no two domains fit. */
const fewestLengths = 4;

/**
 * The phantom with every default filled in. Throws a `usage` CoreError that names each value out of range, pixels
 * too coarse for the interface between domains, a frame too small for domains, or more voxels than can be solved.
 */
export function parsePhantomSpec(input: unknown): PhantomSpec {
  const parsed = phantomSpecSchema.safeParse(input);
  const problems = parsed.success
    ? combinedProblems(parsed.data)
    : parsed.error.issues.map((issue) => `${issue.path.join('.') || 'phantom'}: ${issue.message}`);
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new CoreError({
    tag: 'usage',
    message: `The phantom has ${String(problems.length)} value(s) that cannot be used. ${problems.join('; ')}.`,
    hint: 'Correct the named values.',
  });
}

function combinedProblems(spec: PhantomSpec): string[] {
  const { sizePx, planes, pixelSizeNm, zStepNm, lengthNm, localizations, shape } = spec;
  const problems: string[] = [];
  const coarsest = Math.floor(2.8 * interfaceLength(spec.parameters) * lengthNm);
  const tooCoarse = (name: string, value: number): string =>
    `${name}: ${String(value)} nm cannot show the interface between domains; use at most ${String(coarsest)} nm`;
  if (pixelSizeNm > coarsest) problems.push(tooCoarse('pixelSizeNm', pixelSizeNm));
  if (planes > 1 && zStepNm > coarsest) problems.push(tooCoarse('zStepNm', zStepNm));
  const frame = sizePx * pixelSizeNm;
  if (frame < fewestLengths * lengthNm) {
    const needed = Math.ceil((fewestLengths * lengthNm) / pixelSizeNm);
    problems.push(
      `sizePx: ${String(sizePx)} pixels of ${String(pixelSizeNm)} nm are too small for domains; use at least ${String(needed)}`,
    );
  }
  const cells = 4 * sizePx ** 2 * (planes > 1 ? 2 * planes : 1);
  // A nucleus leaves half of its frame empty.
  const most = shape === 'periodic' ? mostCells / 2 : mostCells;
  if (cells > most) {
    const fitting = Math.floor(most / (8 * sizePx ** 2));
    problems.push(
      `planes: ${String(planes)} planes of ${String(sizePx)}² pixels are more than can be solved; use at most ${String(fitting)} planes`,
    );
  }
  if (planes > 1 && localizations !== null) {
    problems.push('localizations: points are drawn in one plane only; use planes 1');
  }
  if (shape === 'periodic' && localizations !== null) {
    problems.push('localizations: a periodic box is imaged by a camera only; leave them out');
  }
  if (planes > 1 && shape !== 'ellipse' && shape !== 'periodic')
    problems.push(`shape: a ${shape} has one plane; use ellipse or periodic`);
  return problems;
}
