import type { Tape } from '../compute/tape.js';
import type { Variable } from '../compute/variable.js';
import type { ParameterBlock } from '../data/parameter-block.js';
import { CoreError } from '../errors.js';
import { randomStream } from '../random.js';
import { featuresOf, type FourierFeatures, startFeatures } from './fourier-features.js';
import type { HeldBlocks } from './held-blocks.js';
import { mlpOutputs, startMlp } from './mlp.js';
import { pinnsFormerOutputs, type PinnsFormerSizes, startPinnsFormer } from './pinnsformer.js';
import { pirateNetOutputs, startPirateNet } from './piratenet.js';

/** The architectures there are. */
export const architectures = ['mlp', 'piratenet', 'pinnsformer'] as const;

/** One of them. */
export type Architecture = (typeof architectures)[number];

/** What a network is to be like; lengths in the unit of the inputs. */
export interface NetworkSpec {
  readonly architecture: Architecture;
  readonly inputs: number;
  readonly outputs: number;
  readonly width: number;
  /** Hidden layers of an MLP, residual blocks of a PirateNet; a PINNsFormer has one encoder and one decoder layer. */
  readonly depth: number;
  /**
   * Fourier features that the inputs are turned into: sd of their wave numbers for each input. null for an MLP of the
   * inputs themselves. A PirateNet has to have them, a PINNsFormer has none.
   */
  readonly waves: readonly number[] | null;
  /** How far apart the points of a PINNsFormer's sequence are. */
  readonly step?: number;
  readonly seed: number;
}

/** A network: what it is like, what of it is fixed, and what is trained. */
export interface Network {
  readonly spec: NetworkSpec;
  readonly features: FourierFeatures | null;
  readonly parameters: readonly ParameterBlock[];
}

/** Points of a PINNsFormer's sequence. */
const tokens = 5;
const widest = 4096;

function usage(message: string, hint: string): CoreError {
  return new CoreError({ tag: 'usage', message, hint });
}

function requireSizes({ architecture, width, depth, waves, inputs, outputs }: NetworkSpec): void {
  const isCount = (value: number, most: number): boolean =>
    Number.isInteger(value) && value >= 1 && value <= most;
  if (!isCount(width, widest)) {
    throw usage(
      `A network ${width} wide cannot be made.`,
      `Use a whole width from 1 to ${widest}; 128 is usual.`,
    );
  }
  if (!isCount(depth, 64)) {
    throw usage(`A network ${depth} deep cannot be made.`, 'Use a whole depth from 1 to 64; 4 is usual.');
  }
  if (!isCount(inputs, 64) || !isCount(outputs, 64)) {
    throw usage(`A network from ${inputs} to ${outputs} numbers cannot be made.`, 'Use 1 to 64 of each.');
  }
  if (architecture === 'piratenet' && (waves === null || width % 2 === 1)) {
    throw usage(
      `A PirateNet ${width} wide${waves === null ? ' without Fourier features' : ''} cannot be made.`,
      'Give it Fourier features and an even width.',
    );
  }
  if (architecture === 'pinnsformer' && waves !== null) {
    throw usage(
      'A PINNsFormer with Fourier features cannot be made.',
      'It has wavelets of its own: leave the wave numbers out.',
    );
  }
  if (waves !== null && waves.length !== inputs) {
    throw usage(
      `Wave numbers were given for ${waves.length} of ${inputs} inputs.`,
      'Give one for each input.',
    );
  }
}

function formerSizes({ width, outputs, step = 1 }: NetworkSpec, inputs: number): PinnsFormerSizes {
  return { inputs, width, outputs, tokens, step };
}

/** A network with seeded parameters. Throws `usage` for sizes that do not make one, with what would do. */
export function startNetwork(spec: NetworkSpec): Network {
  requireSizes(spec);
  const { architecture, inputs, outputs, width, depth, waves } = spec;
  const stream = randomStream(spec.seed);
  const features = waves === null ? null : startFeatures(waves, Math.ceil(width / 2), stream);
  const embedded = features === null ? inputs : 2 * features.count;
  const hidden = Array.from({ length: depth }, () => width);
  const start: { readonly [K in Architecture]: () => ParameterBlock[] } = {
    mlp: () => startMlp([embedded, ...hidden, outputs], stream),
    piratenet: () => startPirateNet({ width, blocks: depth, outputs }, stream),
    pinnsformer: () => startPinnsFormer(formerSizes(spec, inputs), stream),
  };
  return { spec, features, parameters: start[architecture]() };
}

/** The outputs of a network (points × outputs) at inputs (points × inputs), with its parameters held on the tape. */
export function networkOutputs(
  tape: Tape,
  inputs: Variable,
  { spec, features }: Pick<Network, 'spec' | 'features'>,
  of: HeldBlocks,
): Variable {
  const { architecture, depth } = spec;
  // A sequence is made of points, not of their features.
  if (architecture === 'pinnsformer') {
    return pinnsFormerOutputs(tape, inputs, formerSizes(spec, spec.inputs), of);
  }
  const embedding = features === null ? inputs : featuresOf(tape, inputs, features);
  return architecture === 'mlp'
    ? mlpOutputs(tape, embedding, depth + 1, of)
    : pirateNetOutputs(tape, embedding, depth, of);
}
