import type { ParameterBlock } from '../data/parameter-block.js';
import { CoreError } from '../errors.js';

/** Parameters and the state of the optimiser that goes with them: what a step takes and what it gives. */
export interface Standing<State> {
  readonly parameters: readonly ParameterBlock[];
  readonly state: State;
}

/** What every step that follows a gradient may be told. */
export interface StepSettings {
  /** How far to go along the direction found; positive. */
  readonly learningRate: number;
  /** The fraction of every parameter that is taken away per unit of learning rate; 0 leaves it out. */
  readonly weightDecay: number;
}

/** Number of values of a shape. */
function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

const shapeText = (shape: readonly number[]): string => (shape.length === 0 ? 'nothing' : shape.join(' × '));

/** Number of trainable numbers in all blocks. */
export function parameterCount(blocks: readonly ParameterBlock[]): number {
  return blocks.reduce((sum, { values }) => sum + values.length, 0);
}

/** Throws `usage` for a block whose shape is not one or two positive whole numbers, or does not match its values. */
export function checkBlocks(blocks: readonly ParameterBlock[]): void {
  for (const { name, shape, values } of blocks) {
    const isShape = shape.length > 0 && shape.length < 3 && shape.every((n) => Number.isInteger(n) && n > 0);
    if (!isShape) {
      throw new CoreError({
        tag: 'usage',
        message: `Parameter block ${name} has the shape ${shapeText(shape)}, which is neither a vector nor a matrix.`,
        hint: 'Give its shape as one or two positive whole numbers.',
      });
    }
    if (values.length !== sizeOf(shape)) {
      throw new CoreError({
        tag: 'usage',
        message: `Parameter block ${name} is ${shapeText(shape)} but holds ${values.length} values.`,
        hint: `Give it ${sizeOf(shape)} values.`,
      });
    }
  }
}

function checkLikeness(block: ParameterBlock, gradient: ParameterBlock): void {
  const isAlike =
    block.name === gradient.name &&
    block.shape.join() === gradient.shape.join() &&
    block.values.length === gradient.values.length;
  if (isAlike) return;
  throw new CoreError({
    tag: 'usage',
    message: `The gradient of ${block.name} (${shapeText(block.shape)}) was given as ${gradient.name} (${shapeText(gradient.shape)}, ${gradient.values.length} values).`,
    hint: 'Give one gradient per parameter block, in the same order and of the same shape.',
  });
}

/** Whether every number is finite. */
export function isFiniteThroughout(values: Float32Array | Float64Array): boolean {
  // A sum takes on any NaN or infinity for good; one that overflows by itself is looked at again.
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return Number.isFinite(sum) || values.every((value) => Number.isFinite(value));
}

/** Throws `usage` unless the gradient has the parameters' blocks, in their order and of their shapes. */
export function checkShapes(
  parameters: readonly ParameterBlock[],
  gradient: readonly ParameterBlock[],
): void {
  if (parameters.length !== gradient.length) {
    throw new CoreError({
      tag: 'usage',
      message: `There are ${parameters.length} parameter blocks but ${gradient.length} gradients.`,
      hint: 'Give one gradient per parameter block, in the same order.',
    });
  }
  parameters.forEach((block, i) => {
    checkLikeness(block, gradient[i]);
  });
}

/** The error for an optimisation that ran away: `subject` is what became NaN or infinite. */
export function divergence(subject: string): CoreError {
  return new CoreError({
    tag: 'model',
    message: `The optimisation diverged: ${subject} is not a finite number.`,
    hint: 'Use a lower learning rate, a longer warm-up or other starting values.',
  });
}

/**
 * Throws `usage` unless the gradient has the parameters' blocks, in their order and of their shapes, and `model` where a
 * number of it is NaN or infinite: the optimisation diverged.
 */
export function checkGradient(
  parameters: readonly ParameterBlock[],
  gradient: readonly ParameterBlock[],
): void {
  checkShapes(parameters, gradient);
  const lost = gradient.find(({ values }) => !isFiniteThroughout(values));
  if (!lost) return;
  const at = lost.values.findIndex((value) => !Number.isFinite(value));
  throw divergence(`the gradient of ${lost.name} at ${at} (${lost.values[at]})`);
}

/**
 * Throws `usage` unless a state holds `sizes` numbers for the blocks, or for all of them together: one that was saved with
 * another network does not.
 */
export function checkState(parameters: readonly ParameterBlock[], sizes: readonly number[]): void {
  const wanted =
    sizes.length === 1 ? [parameterCount(parameters)] : parameters.map(({ values }) => values.length);
  if (sizes.join() === wanted.join()) return;
  throw new CoreError({
    tag: 'usage',
    message: `The optimiser's state is for blocks of ${sizes.join(', ')} parameters, not of ${wanted.join(', ')}.`,
    hint: 'Resume with the network that the state was saved with, or start again.',
  });
}

/** All values in one array, block after block. */
export function flattened(blocks: readonly ParameterBlock[]): Float64Array {
  const flat = new Float64Array(parameterCount(blocks));
  let start = 0;
  for (const { values } of blocks) {
    flat.set(values, start);
    start += values.length;
  }
  return flat;
}

/** New blocks with the names and shapes of `like` and the values of `flat`, rounded to float32. */
export function unflattened(flat: Float64Array, like: readonly ParameterBlock[]): ParameterBlock[] {
  let start = 0;
  return like.map(({ name, shape, values }) => {
    const end = start + values.length;
    const part = new Float32Array(flat.subarray(start, end));
    start = end;
    return { name, shape, values: part };
  });
}

/** New values: those of a block after a step −learningRate·(direction + weightDecay·value), rounded to float32. */
export function stepped(
  values: Float32Array,
  direction: Float64Array,
  { learningRate, weightDecay }: StepSettings,
): Float32Array {
  const kept = 1 - learningRate * weightDecay;
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = kept * values[i] - learningRate * direction[i];
  return out;
}

/** Throws `usage` for a setting outside its range. */
export function checkSetting(name: string, value: number, [from, to]: readonly [number, number]): void {
  if (value >= from && value < to) return;
  throw new CoreError({
    tag: 'usage',
    message: `The optimiser's ${name} is ${value}, which is not between ${from} and ${to}.`,
    hint: `Use a ${name} of at least ${from} and below ${to}.`,
  });
}
