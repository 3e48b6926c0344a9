import type { Tape } from '../compute/tape.js';
import type { Variable } from '../compute/variable.js';
import type { ParameterBlock } from '../data/parameter-block.js';
import type { RandomStream } from '../random.js';
import { denseNamed, type HeldBlocks, startDense } from './held-blocks.js';

/** Sizes of a small transformer of the kind of PINNsFormer. */
export interface PinnsFormerSizes {
  readonly inputs: number;
  readonly width: number;
  readonly outputs: number;
  /** Points of a pseudo-sequence, and how far apart they are along the last input. */
  readonly tokens: number;
  readonly step: number;
}

/** Scores of attention are bent towards this, so that their exponentials stay finite. */
const highestScore = 20;
const attentions = ['encoder', 'decoder'] as const;
const projections = ['query', 'key', 'value', 'join'] as const;

function startWavelet(name: string): ParameterBlock[] {
  return ['sine', 'cosine'].map((part) => ({
    name: `${name} ${part}`,
    shape: [1],
    values: Float32Array.of(1),
  }));
}

/** ω₁ sin x + ω₂ cos x with trainable ω: the activation of PINNsFormer. */
function wavelet(tape: Tape, x: Variable, name: string, of: HeldBlocks): Variable {
  const part = (kind: 'sine' | 'cosine'): Variable =>
    tape.binary('times', tape.unary(kind, x), of(`${name} ${kind}`));
  return tape.binary('add', part('sine'), part('cosine'));
}

/**
 * A small transformer of the kind of PINNsFormer (Zhao et al. 2024): a point and those that follow it along the last
 * input make a sequence; an encoder and a decoder layer of one attention head, with wavelet activations.
 */
export function startPinnsFormer(
  { inputs, width, outputs }: PinnsFormerSizes,
  stream: RandomStream,
): ParameterBlock[] {
  const square = (name: string): ParameterBlock[] => startDense(name, width, width, stream);
  return [
    ...startDense('mixer', inputs, width, stream),
    ...attentions.flatMap((layer) => [
      ...projections.flatMap((part) => square(`${layer} ${part}`)),
      ...startWavelet(`${layer} before`),
      ...square(`${layer} first`),
      ...startWavelet(`${layer} between`),
      ...square(`${layer} second`),
    ]),
    ...startWavelet('output before'),
    ...square('output first'),
    ...startWavelet('output between'),
    ...startDense('output second', width, outputs, stream),
  ];
}

/** What one query takes from all keys and values. */
function attended(
  tape: Tape,
  query: Variable,
  keys: readonly Variable[],
  values: readonly Variable[],
): Variable {
  const scale = 1 / (Math.sqrt(query.tensor.columns) * highestScore);
  const shares = keys.map((key) => {
    const score = tape.affine(tape.sum('rows', tape.binary('times', query, key)), scale);
    return tape.unary('exponential', tape.affine(tape.unary('tanh', score), highestScore));
  });
  const sumOf = (parts: readonly Variable[]): Variable => parts.reduce((a, b) => tape.binary('add', a, b));
  const weighted = sumOf(values.map((value, k) => tape.binary('times', value, shares[k])));
  return tape.binary('times', weighted, tape.unary('reciprocal', sumOf(shares)));
}

/** One layer: attention of the queries to a sequence, and a feed-forward net, each added to what came in. */
function attentionLayer(
  tape: Tape,
  { layer, of }: { layer: string; of: HeldBlocks },
  queries: readonly Variable[],
  sequence: readonly Variable[],
): Variable[] {
  const part = (name: string, x: Variable): Variable => denseNamed(tape, x, `${layer} ${name}`, of);
  const bent = queries.map((x) => wavelet(tape, x, `${layer} before`, of));
  const keys = sequence.map((x) => part('key', x));
  const values = sequence.map((x) => part('value', x));
  return bent.map((x) => {
    const joined = part('join', attended(tape, part('query', x), keys, values));
    const middle = tape.binary('add', x, joined);
    const inner = wavelet(tape, part('first', middle), `${layer} between`, of);
    return tape.binary('add', middle, part('second', inner));
  });
}

/** Its outputs (points × outputs) at inputs (points × inputs): those of the first point of every sequence. */
export function pinnsFormerOutputs(
  tape: Tape,
  inputs: Variable,
  { inputs: count, tokens, step }: PinnsFormerSizes,
  of: HeldBlocks,
): Variable {
  const along = Float32Array.from({ length: count }, (_, k) => (k === count - 1 ? step : 0));
  const shift = tape.constant(along, 1, count);
  const embedded = Array.from({ length: tokens }, (_, k) =>
    denseNamed(tape, tape.binary('add', inputs, tape.affine(shift, k)), 'mixer', of),
  );
  const encoded = attentionLayer(tape, { layer: 'encoder', of }, embedded, embedded);
  const [decoded] = attentionLayer(tape, { layer: 'decoder', of }, embedded.slice(0, 1), encoded);
  const inner = denseNamed(tape, wavelet(tape, decoded, 'output before', of), 'output first', of);
  return denseNamed(tape, wavelet(tape, inner, 'output between', of), 'output second', of);
}
