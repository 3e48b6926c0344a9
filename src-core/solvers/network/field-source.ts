import type { Engine } from '../../compute/engine.js';
import { startTape, type Tape } from '../../compute/tape.js';
import type { Variable } from '../../compute/variable.js';
import type { ParameterBlock } from '../../data/parameter-block.js';
import { holdBlocks } from '../../networks/held-blocks.js';
import { type Network, networkOutputs } from '../../networks/network.js';
import { breathe, type Run } from '../../run.js';

/** What a source made, row after row, and how to carry the loss's gradient with respect to it back to its parameters. */
export interface Made {
  readonly values: Float32Array;
  readonly pull: (gradient: Float32Array, run: Run) => Promise<ParameterBlock[]>;
  /** Gives back what was kept for pulling. */
  readonly release: () => void;
}

/** Something trainable that makes `rows` numbers at each of its points. */
export interface FieldSource {
  readonly rows: number;
  readonly points: number;
  readonly start: readonly ParameterBlock[];
  readonly make: (blocks: readonly ParameterBlock[], engine: Engine, run: Run) => Promise<Made>;
}

/** Rows that are trained themselves, one block each: a free grid under the mollifier. */
export function freeSource(start: readonly ParameterBlock[]): FieldSource {
  const points = start[0].values.length;
  const joined = (blocks: readonly ParameterBlock[]): Float32Array => {
    const values = new Float32Array(start.length * points);
    blocks.forEach((block, row) => {
      values.set(block.values, row * points);
    });
    return values;
  };
  return {
    rows: start.length,
    points,
    start,
    make: (blocks) =>
      Promise.resolve({
        values: joined(blocks),
        pull: (gradient) =>
          Promise.resolve(
            blocks.map((block, row) => ({
              ...block,
              values: gradient.slice(row * points, (row + 1) * points),
            })),
          ),
        release: () => undefined,
      }),
  };
}

/** Rows of a network's outputs and, on request, of derivatives of them, at points on the tape. */
export type NetworkRows = (tape: Tape, inputs: Variable, outputs: Variable) => readonly Variable[];

/** A network at fixed points: `inputs` per point, and how many points are worked on at a time. */
export interface NetworkPoints {
  readonly network: Network;
  /** Points × inputs. */
  readonly places: Float32Array;
  readonly chunk: number;
}

const outputRows: NetworkRows = (tape, _, outputs) => {
  const turned = tape.transpose(outputs);
  return Array.from({ length: turned.tensor.rows }, (__, k) => tape.slice(turned, k, k + 1));
};

/** One chunk of points on a tape of its own. */
interface Chunk {
  readonly tape: Tape;
  readonly rows: readonly Variable[];
  readonly blocks: readonly Variable[];
}

function chunkOf(
  { network, places }: NetworkPoints,
  { first, last }: { first: number; last: number },
  { blocks, engine, rowsOf }: { blocks: readonly ParameterBlock[]; engine: Engine; rowsOf: NetworkRows },
): Chunk {
  const tape = startTape(engine);
  const { inputs: width } = network.spec;
  const { of, variables } = holdBlocks(tape, blocks);
  const inputs = tape.constant(places.slice(first * width, last * width), last - first, width);
  const rows = rowsOf(tape, inputs, networkOutputs(tape, inputs, network, of));
  return { tape, rows, blocks: variables };
}

/** Gradients of Σ gradient·row over a chunk, added to `sums`. */
function pullChunk(
  { tape, rows, blocks }: Chunk,
  gradients: readonly Float32Array[],
  sums: readonly Float32Array[],
): void {
  const parts = rows.map((row, k) =>
    tape.sum('all', tape.binary('times', row, tape.constant(gradients[k], 1, gradients[k].length))),
  );
  const total = parts.reduce((sum, part) => tape.binary('add', sum, part));
  tape.gradients(total, blocks).forEach(({ tensor }, k) => {
    const values = tape.engine.read(tensor);
    for (let i = 0; i < values.length; i++) sums[k][i] += values[i];
  });
}

/**
 * The rows of a network at its points. Points are worked on in chunks, each made again for its gradient where there are
 * several: memory and the time between two looks at a cancel stay those of one chunk, whatever the number of points.
 */
export function networkSource(
  at: NetworkPoints,
  rows: number,
  rowsOf: NetworkRows = outputRows,
): FieldSource {
  const points = at.places.length / at.network.spec.inputs;
  const chunks: { first: number; last: number }[] = [];
  for (let first = 0; first < points; first += at.chunk) {
    chunks.push({ first, last: Math.min(points, first + at.chunk) });
  }
  const make = async (blocks: readonly ParameterBlock[], engine: Engine, run: Run): Promise<Made> => {
    const values = new Float32Array(rows * points);
    const open = (range: { first: number; last: number }): Chunk =>
      chunkOf(at, range, { blocks, engine, rowsOf });
    let kept: Chunk | null = null;
    for (const range of chunks) {
      await breathe(run);
      const chunk = open(range);
      chunk.rows.forEach((row, k) => {
        values.set(engine.read(row.tensor), k * points + range.first);
      });
      if (chunks.length === 1) kept = chunk;
      else chunk.tape.clear();
    }
    const pull = async (gradient: Float32Array, pulling: Run): Promise<ParameterBlock[]> => {
      const sums = blocks.map((block) => new Float32Array(block.values.length));
      for (const { first, last } of chunks) {
        await breathe(pulling);
        const chunk = kept ?? open({ first, last });
        const parts = Array.from({ length: rows }, (_, k) =>
          gradient.slice(k * points + first, k * points + last),
        );
        pullChunk(chunk, parts, sums);
        if (kept === null) chunk.tape.clear();
      }
      return blocks.map((block, k) => ({ ...block, values: sums[k] }));
    };
    return { values, pull, release: () => kept?.tape.clear() };
  };
  return { rows, points, start: at.network.parameters, make };
}
