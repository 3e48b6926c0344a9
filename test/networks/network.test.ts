import { describe, expect, it } from 'vitest';
import { plainEngine } from '../../src-core/compute/plain-engine.js';
import { startTape, type Tape } from '../../src-core/compute/tape.js';
import type { Variable } from '../../src-core/compute/variable.js';
import type { ParameterBlock } from '../../src-core/data/parameter-block.js';
import { holdBlocks } from '../../src-core/networks/held-blocks.js';
import {
  architectures,
  type Network,
  networkOutputs,
  type NetworkSpec,
  startNetwork,
} from '../../src-core/networks/network.js';
import { randomStream } from '../../src-core/random.js';

const engine = plainEngine();
const specOf = (architecture: NetworkSpec['architecture']): NetworkSpec => ({
  ...{ architecture, inputs: 2, outputs: 3, width: 8, depth: 2, step: 0.1, seed: 7 },
  waves: architecture === 'pinnsformer' ? null : [2, 1],
});
const points = 11;
const stream = randomStream(9);
const inputs = Float32Array.from({ length: 2 * points }, () => stream.normal());

/** Outputs at the points, and the variables that they depend on. */
function outputsOn(tape: Tape, { spec, features }: Network, parameters: readonly ParameterBlock[]) {
  const { of, variables } = holdBlocks(tape, parameters);
  const x = tape.constant(inputs, points, 2);
  return { out: networkOutputs(tape, x, { spec, features }, of), variables, x };
}

/** Parameters with everything moved off its start, where a PirateNet's blocks are the identity. */
function stirred({ parameters }: Network): ParameterBlock[] {
  const draws = randomStream(3);
  return parameters.map((block) => ({ ...block, values: block.values.map((v) => v + 0.3 * draws.normal()) }));
}

describe.each(architectures)('%s', (architecture) => {
  const network = startNetwork(specOf(architecture));
  const parameters = stirred(network);

  it('gives as many outputs as asked for at every point, the same for the same seed', () => {
    const read = (from: Network): Float32Array => {
      const tape = startTape(engine);
      const { out } = outputsOn(tape, from, from.parameters);
      expect([out.tensor.rows, out.tensor.columns]).toEqual([points, 3]);
      return engine.read(out.tensor);
    };
    const first = read(network);
    expect(first.every(Number.isFinite)).toBe(true);
    expect(read(startNetwork(specOf(architecture)))).toEqual(first);
    expect(read(startNetwork({ ...specOf(architecture), seed: 8 }))).not.toEqual(first);
  });

  it('has a gradient by every block that is the slope of the loss along it', () => {
    const lossOf = (
      blocks: readonly ParameterBlock[],
    ): { tape: Tape; loss: Variable; variables: readonly Variable[] } => {
      const tape = startTape(engine);
      const { out, variables } = outputsOn(tape, network, blocks);
      return { tape, loss: tape.sum('all', tape.binary('times', out, out)), variables };
    };
    const { tape, loss, variables } = lossOf(parameters);
    const gradients = tape.gradients(loss, variables).map(({ tensor }) => engine.read(tensor));
    const draws = randomStream(5);
    parameters.forEach((block, k) => {
      const direction = block.values.map(() => draws.normal());
      const at = (by: number): number => {
        const moved = parameters.map((each, j) =>
          j === k ? { ...each, values: each.values.map((v, i) => v + by * direction[i]) } : each,
        );
        return engine.read(lossOf(moved).loss.tensor)[0];
      };
      const slope = (h: number): number => (at(h) - at(-h)) / (2 * h);
      // Richardson: the error of float32 is some 1e-7 of the loss over h.
      const expected = (4 * slope(0.002) - slope(0.004)) / 3;
      const own = direction.reduce((sum, v, i) => sum + v * gradients[k][i], 0);
      const size = Math.hypot(...direction) * Math.hypot(...gradients[k]);
      expect(size).toBeGreaterThan(0);
      expect(Math.abs(own - expected)).toBeLessThan(3e-3 * size + 5e-4 * at(0));
    });
  });

  it('can be differentiated by its inputs twice', () => {
    const tape = startTape(engine);
    const { out, x } = outputsOn(tape, network, parameters);
    const [first] = tape.gradients(out, [x]);
    const [second] = tape.gradients(first, [x]);
    expect(engine.read(second.tensor).every(Number.isFinite)).toBe(true);
    expect(Math.hypot(...engine.read(second.tensor))).toBeGreaterThan(0);
  });
});

describe('a PirateNet', () => {
  it('begins as a linear map of its embedding: every block is the identity', () => {
    const shallow = startNetwork({ ...specOf('piratenet'), depth: 1 });
    const tape = startTape(engine);
    const { out } = outputsOn(tape, shallow, shallow.parameters);
    const weights = shallow.parameters.find(({ name }) => name === 'output weights');
    const { features } = shallow;
    if (weights === undefined || features === null)
      throw new Error('The network has no output or no features.');
    const expected = Array.from({ length: points * 3 }, (_, at) => {
      const [p, c] = [Math.floor(at / 3), at % 3];
      let sum = 0;
      for (let k = 0; k < 8; k++) {
        const wave = inputs[2 * p] * features.waves[k] + inputs[2 * p + 1] * features.waves[8 + k];
        sum += Math.sin(wave + features.phase[k]) * weights.values[3 * k + c];
      }
      return sum;
    });
    engine.read(out.tensor).forEach((v, i) => {
      expect(v).toBeCloseTo(expected[i], 5);
    });
  });
});

describe('a multilayer perceptron', () => {
  it('has weights of Glorot’s spread and no bias', () => {
    const spec = { ...specOf('mlp'), waves: null, inputs: 40, width: 60, depth: 1 };
    const [weights, bias] = startNetwork(spec).parameters;
    expect(weights.shape).toEqual([40, 60]);
    const sd = Math.sqrt(weights.values.reduce((sum, v) => sum + v * v, 0) / 2400);
    expect(sd / Math.sqrt(2 / 100)).toBeGreaterThan(0.95);
    expect(sd / Math.sqrt(2 / 100)).toBeLessThan(1.05);
    expect(bias.values.every((v) => v === 0)).toBe(true);
  });
});

describe('a network', () => {
  it.each([
    [{ width: 0 }, /0 wide cannot be made.*/],
    [{ width: 2.5 }, /2.5 wide/],
    [{ depth: 0 }, /0 deep/],
    [{ outputs: 0 }, /from 2 to 0/],
    [{ waves: [1] }, /for 1 of 2 inputs/],
    [{ architecture: 'piratenet' as const, waves: null }, /without Fourier features/],
    [{ architecture: 'piratenet' as const, width: 7 }, /7 wide/],
    [{ architecture: 'pinnsformer' as const }, /with Fourier features/],
  ])('is refused with %j', (change, message) => {
    expect(() => startNetwork({ ...specOf('mlp'), ...change })).toThrow(message);
  });
});
