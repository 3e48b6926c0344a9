import type { Tape } from '../compute/tape.js';
import type { Variable } from '../compute/variable.js';
import type { ParameterBlock } from '../data/parameter-block.js';
import type { RandomStream } from '../random.js';
import { denseNamed, type HeldBlocks, startDense, tanhNamed } from './held-blocks.js';

const blockName = (block: number): string => `block ${block + 1}`;
const layersOfBlock = ['first', 'second', 'third'] as const;

/**
 * PirateNet (Wang et al. 2024): residual blocks that begin as the identity (α = 0) and are mixed in as training wants
 * them, each gated by two layers U and V of the embedding. The embedding is as wide as the blocks.
 */
export function startPirateNet(
  { width, blocks, outputs }: { width: number; blocks: number; outputs: number },
  stream: RandomStream,
): ParameterBlock[] {
  const layer = (name: string): ParameterBlock[] => startDense(name, width, width, stream);
  return [
    ...layer('gate U'),
    ...layer('gate V'),
    ...Array.from({ length: blocks }, (_, k) => [
      ...layersOfBlock.flatMap((part) => layer(`${blockName(k)} ${part}`)),
      { name: `${blockName(k)} alpha`, shape: [1], values: new Float32Array(1) },
    ]).flat(),
    ...startDense('output', width, outputs, stream),
  ];
}

/** Its outputs (points × outputs) at an embedding (points × width), such as Fourier features. */
export function pirateNetOutputs(tape: Tape, embedding: Variable, blocks: number, of: HeldBlocks): Variable {
  const u = tanhNamed(tape, embedding, 'gate U', of);
  const v = tanhNamed(tape, embedding, 'gate V', of);
  const apart = tape.binary('subtract', u, v);
  // f⊙U + (1 − f)⊙V
  const gated = (f: Variable): Variable => tape.binary('add', tape.binary('times', f, apart), v);
  let x = embedding;
  for (let k = 0; k < blocks; k++) {
    const through = (input: Variable, part: string): Variable =>
      tanhNamed(tape, input, `${blockName(k)} ${part}`, of);
    const h = through(gated(through(gated(through(x, 'first')), 'second')), 'third');
    // αh + (1 − α)x
    const change = tape.binary('times', tape.binary('subtract', h, x), of(`${blockName(k)} alpha`));
    x = tape.binary('add', x, change);
  }
  return denseNamed(tape, x, 'output', of);
}
