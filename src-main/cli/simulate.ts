import type { Command } from 'commander';
import { join } from 'node:path';
import {
  CoreError,
  errorData,
  parsePhantomSpec,
  type PhantomSpec,
  phantomSpecSchema,
} from '../../src-core/index.js';
import { makeEngine } from '../engine/host.js';
import type { SimulateResponse } from '../engine/messages.js';
import { inStaging } from '../engine/staging.js';
import type { TruthDocument } from '../engine/truth-document.js';
import { withInterrupt } from './interrupt.js';
import { addOutputOptions } from './job-options.js';
import { makeTerminal, type OutputOptions, type Terminal } from './progress.js';
import { addSchemaOptions, optionSchema, readSchemaOptions, type SchemaOption } from './schema-options.js';

/** Options of `epiflux simulate` that are not part of the phantom. */
interface SimulateOptions extends OutputOptions {
  readonly out: string;
}

const phantomSchema = optionSchema(phantomSpecSchema, {});

const phantomOptions: readonly SchemaOption[] = [
  { flag: '--lambda', placeholder: 'NAME', path: 'lambda', about: 'the field of λ' },
  { flag: '--lambda-value', placeholder: 'X', path: 'lambdaValue', about: 'λ of the constant field' },
  {
    flag: '--shape',
    placeholder: 'NAME',
    path: 'shape',
    about: 'the nucleus; periodic: a box that repeats itself',
  },
  { flag: '--size', placeholder: 'PX', path: 'sizePx', about: 'side of the image in pixels' },
  { flag: '--pixel-size-nm', placeholder: 'P', path: 'pixelSizeNm', about: 'side of a pixel' },
  { flag: '--planes', placeholder: 'N', path: 'planes', about: 'more than one: a stack' },
  { flag: '--z-step-nm', placeholder: 'P', path: 'zStepNm', about: 'distance of the planes' },
  { flag: '--psf-nm', placeholder: 'S', path: 'psfNm', about: 'lateral sd of the Gaussian blur' },
  { flag: '--psf-axial-nm', placeholder: 'S', path: 'psfAxialNm', about: 'axial sd of the blur, for stacks' },
  {
    flag: '--noise',
    placeholder: 'X',
    path: 'noise',
    about: 'Poisson sd relative to the signal; 0 for none',
  },
  { flag: '--seed', placeholder: 'N', path: 'seed', about: 'seed of everything random' },
  {
    flag: '--channels',
    placeholder: '1|2',
    path: 'channels',
    about: 'total density, or heterochromatin and euchromatin',
  },
  {
    flag: '--localizations',
    placeholder: 'N',
    path: 'localizations',
    about: 'points per channel in tables, instead of an image',
  },
  { flag: '--length-nm', placeholder: 'L0', path: 'lengthNm', about: 'reaction-diffusion length' },
];

async function simulate(spec: PhantomSpec, out: string, terminal: Terminal): Promise<SimulateResponse> {
  const engine = makeEngine();
  try {
    return await withInterrupt((signal) =>
      inStaging(out, (folder) =>
        engine.request('simulate', { spec, folder }, { signal, onProgress: terminal.progress }),
      ),
    );
  } finally {
    await engine.close();
  }
}

const short = (value: number): string => String(Number(value.toPrecision(4)));

function linesOf({ lambda, heterochromatinFraction, steadyState }: TruthDocument): string[] {
  return [
    `λ: mean ${short(lambda.mean)}, ${short(lambda.min)} to ${short(lambda.max)}`,
    `heterochromatin fraction ${short(heterochromatinFraction)}`,
    `steady state: relative residual ${short(steadyState.residual)} after ${String(steadyState.steps)} steps`,
  ];
}

/** The phantom that the options describe; what does not go together is refused with a word on where the ranges are. */
function readSpec(input: unknown): PhantomSpec {
  try {
    return parsePhantomSpec(input);
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    const hint = 'Correct the named values; `epiflux simulate --help` lists the ranges.';
    throw new CoreError({ ...errorData(error), hint }, error);
  }
}

async function runSimulate(options: SimulateOptions & Record<string, unknown>): Promise<void> {
  const terminal = makeTerminal(options);
  const spec = readSpec(readSchemaOptions(phantomSchema, phantomOptions, options));
  try {
    const { document, files } = await simulate(spec, options.out, terminal);
    const written = files.map((file) => ({ ...file, path: join(options.out, file.name) }));
    terminal.result({ ...document, files: written }, [
      ...linesOf(document),
      ...written.map(({ path }) => path),
    ]);
  } finally {
    terminal.clear();
  }
}

/** Adds `epiflux simulate`. */
export function addSimulate(program: Command): void {
  const command = program
    .command('simulate')
    .summary('a phantom nucleus with known λ')
    .description(
      'Simulates a nucleus, or a periodic box, in steady state under a known λ as a microscope shows it. `epiflux infer` can be given ' +
        'the truth.json as --config.',
    )
    .requiredOption('--out <DIR>', 'folder for the files; made if need be');
  addSchemaOptions(command, phantomSchema, phantomOptions);
  addOutputOptions(command).action(async (options: SimulateOptions & Record<string, unknown>) => {
    await runSimulate(options);
  });
}
