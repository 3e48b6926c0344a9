import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { plainEngine } from '../../src-core/compute/plain-engine.js';
import type { Engine, Tensor } from '../../src-core/compute/engine.js';
import { simdEngine } from '../../src-core/compute/simd/simd-engine.js';
import { partOf } from '../../src-core/compute/simd/kernels.js';
import { startTape } from '../../src-core/compute/tape.js';
import { randomStream } from '../../src-core/random.js';
import { openSimdHost } from '../../src-main/compute/simd-host.js';

const hosts = [1, 2, 3].map((threads) => openSimdHost(threads));
const plain = plainEngine();
afterAll(() => Promise.all(hosts.map(({ close }) => close())));

const stream = randomStream(5);
const draw = (count: number): Float32Array => Float32Array.from({ length: count }, () => stream.normal());

/** The same operation on plain TypeScript and on SIMD: the largest difference over the largest value, or `least`. */
function apart(
  simd: Engine,
  inputs: readonly (readonly [number, number])[],
  use: (engine: Engine, tensors: Tensor[]) => Tensor,
  least = 1e-9,
): number {
  const values = inputs.map(([rows, columns]) => draw(rows * columns));
  const [expected, own] = [plain, simd].map((engine) => {
    const tensors = inputs.map(([rows, columns], k) => engine.upload(values[k], rows, columns));
    const out = use(engine, tensors);
    const read = engine.read(out);
    [...tensors, out].forEach(engine.free);
    return read;
  });
  expect(own.length).toBe(expected.length);
  const size = Math.max(least, ...expected.map(Math.abs));
  return Math.max(...own.map((v, i) => Math.abs(v - expected[i]))) / size;
}

describe.each(hosts)('the SIMD engine on $threads threads', (host) => {
  const simd = simdEngine(host);

  it('multiplies matrices of any shape, turned or not, with and without bias and tanh', () => {
    const side = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(
        side,
        side,
        fc.integer({ min: 1, max: 300 }),
        fc.nat(15),
        (rows, columns, inner, choice) => {
          const [transposeA, transposeB, biased, tanh] = [1, 2, 4, 8].map((bit) => (choice & bit) !== 0);
          const shapes = [
            transposeA ? ([inner, rows] as const) : ([rows, inner] as const),
            transposeB ? ([columns, inner] as const) : ([inner, columns] as const),
            [1, columns] as const,
          ];
          const off = apart(
            simd,
            shapes,
            (engine, [a, b, bias]) =>
              engine.multiply({ a, b, transposeA, transposeB, tanh, ...(biased && { bias }) }),
            tanh ? 1 : Math.sqrt(inner),
          );
          expect(off).toBeLessThan(1e-5);
        },
      ),
      { numRuns: 150, seed: 1 },
    );
  });

  it('sums long products in parts', () => {
    const off = apart(
      simd,
      [
        [5003, 21],
        [5003, 19],
      ],
      (engine, [a, b]) => engine.multiply({ a, b, transposeA: true }),
    );
    expect(off).toBeLessThan(1e-5);
  });

  it('does what plain TypeScript does, element by element', () => {
    for (const [rows, columns] of [
      [97, 131],
      [3, 2049],
      [8191, 1],
    ] as const) {
      for (const kind of ['add', 'subtract', 'times', 'slope'] as const) {
        expect(
          apart(
            simd,
            [
              [rows, columns],
              [rows, columns],
            ],
            (engine, [a, b]) => engine.binary(kind, a, b),
          ),
        ).toBeLessThan(1e-6);
        expect(
          apart(
            simd,
            [
              [rows, columns],
              [1, columns],
            ],
            (engine, [a, b]) => engine.binary(kind, a, b),
          ),
        ).toBeLessThan(1e-6);
        expect(
          apart(
            simd,
            [
              [rows, columns],
              [rows, 1],
            ],
            (engine, [a, b]) => engine.binary(kind, a, b),
          ),
        ).toBeLessThan(1e-6);
      }
      for (const kind of ['tanh', 'sine', 'exponential'] as const) {
        expect(apart(simd, [[rows, columns]], (engine, [a]) => engine.unary(kind, a))).toBeLessThan(1e-6);
      }
      for (const kind of ['all', 'columns', 'rows'] as const) {
        expect(apart(simd, [[rows, columns]], (engine, [a]) => engine.sum(kind, a))).toBeLessThan(1e-5);
      }
      expect(apart(simd, [[rows, columns]], (engine, [a]) => engine.affine(a, -0.3, 2))).toBeLessThan(1e-6);
    }
  });

  it('has tanh to float32 over all of its range, and 1 beyond', () => {
    const x = Float32Array.from({ length: 20_000 }, (_, i) => (i - 10_000) / 700);
    const held = simd.upload(x, 100, 200);
    const out = simd.unary('tanh', held);
    simd.read(out).forEach((v, i) => {
      expect(Math.abs(v - Math.tanh(x[i]))).toBeLessThan(3e-7);
    });
    [held, out].forEach(simd.free);
  });

  it.each([
    ['sine', Math.sin, 300, false],
    ['cosine', Math.cos, 300, false],
    ['exponential', Math.exp, 80, true],
    ['reciprocal', (v: number) => 1 / v, 50, true],
  ] as const)('has the %s to float32 over a wide range', (kind, exact, most, isRelative) => {
    // An odd number of elements: the last of them are done one by one.
    const x = Float32Array.from({ length: 20_003 }, (_, i) => (most * (i - 10_000.5)) / 10_001);
    const held = simd.upload(x, 1, x.length);
    const out = simd.unary(kind, held);
    const worst = simd.read(out).reduce((far, value, i) => {
      const right = exact(x[i]);
      return Math.max(far, Math.abs(value - right) / (isRelative ? Math.abs(right) : 1));
    }, 0);
    expect(worst).toBeLessThan(3e-7);
    [held, out].forEach(simd.free);
  });

  it('passes NaN on, ends the exponential at what float32 holds', () => {
    const x = new Float32Array(5000).fill(NaN, 0, 2500).fill(-1000, 2500);
    x[4999] = 87;
    const held = simd.upload(x, 1, x.length);
    for (const kind of ['sine', 'cosine', 'exponential', 'reciprocal'] as const) {
      const out = simd.unary(kind, held);
      const values = simd.read(out);
      expect(values[0]).toBeNaN();
      if (kind === 'exponential') {
        expect(values[3000]).toBeLessThan(1e-37);
        expect(values[4999] / Math.exp(87)).toBeCloseTo(1, 5);
      }
      simd.free(out);
    }
    simd.free(held);
  });

  it('correlates fields in one, two and three dimensions, and goes back by the adjoint', () => {
    for (const [shape, taps] of [
      [
        [1, 1, 50],
        [1, 1, 9],
      ],
      [
        [1, 37, 43],
        [1, 7, 5],
      ],
      [
        [6, 19, 23],
        [3, 4, 5],
      ],
    ] as const) {
      for (const kernels of [1, 5, 7]) {
        const size = taps[0] * taps[1] * taps[2];
        const by = { shape, taps, kernels, values: draw(kernels * size) };
        const outcome = shape.reduce<number>((product, n, axis) => product * (n - taps[axis] + 1), 1);
        const voxels = shape[0] * shape[1] * shape[2];
        expect(apart(simd, [[1, voxels]], (engine, [u]) => engine.correlate(u, by))).toBeLessThan(2e-6);
        expect(apart(simd, [[kernels, outcome]], (engine, [g]) => engine.scatter(g, by))).toBeLessThan(2e-6);
      }
    }
  });

  it('takes no more memory after 10,000 steps than after two, and the same numbers come out', () => {
    const [x, weights, bias] = [
      simd.upload(draw(60), 20, 3),
      simd.upload(draw(24), 3, 8),
      simd.upload(draw(8), 1, 8),
    ];
    const step = (): number => {
      const tape = startTape(simd);
      const [w, b] = [tape.hold(weights), tape.hold(bias)];
      const out = tape.sum('all', tape.dense(tape.hold(x), { weights: w, bias: b }, true));
      const sum = simd.read(tape.gradients(out, [w])[0].tensor).reduce((s, v) => s + v, 0);
      tape.clear();
      return sum;
    };
    const first = step();
    const reserved = host.reserve(0).byteLength;
    const { most } = simd.memory();
    for (let k = 0; k < 10_000; k++) expect(step()).toBe(first);
    expect(simd.memory().most).toBe(most);
    expect(host.reserve(0).byteLength).toBe(reserved);
  });
});

describe('the threads of a SIMD host', () => {
  it('make no difference to a network and its gradient', () => {
    const [x, weights, bias] = [draw(2 * 5003), draw(2 * 37), draw(37)];
    const results = hosts.map((host) => {
      const tape = startTape(simdEngine(host));
      const layer = { weights: tape.constant(weights, 2, 37), bias: tape.constant(bias, 1, 37) };
      const out = tape.dense(tape.constant(x, 5003, 2), layer, true);
      const parameters = [layer.weights, layer.bias];
      const gradients = tape.gradients(tape.binary('times', out, out), parameters);
      const read = [out, ...gradients].map(({ tensor }) => [...tape.engine.read(tensor)]);
      tape.clear();
      return read;
    });
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it('share a range without gaps in whole grains', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 9 }),
        (last, grain, threads) => {
          const parts = Array.from({ length: threads }, (_, t) => partOf({ last, grain }, t, threads));
          expect(parts[0][0]).toBe(0);
          expect(parts[threads - 1][1]).toBe(last);
          parts.slice(1).forEach(([from], t) => {
            expect(from).toBe(parts[t][1]);
          });
        },
      ),
    );
  });

  it('are done without once they are gone', async () => {
    const host = openSimdHost(2);
    const engine = simdEngine(host);
    const off = (): number =>
      apart(
        engine,
        [
          [5003, 21],
          [5003, 19],
        ],
        (on, [a, b]) => on.multiply({ a, b, transposeA: true }),
      );
    expect(off()).toBeLessThan(1e-5);
    await host.close();
    expect(off()).toBeLessThan(1e-5);
  });

  it('say what does not fit into 4 GiB', () => {
    const [host] = hosts;
    expect(() => host.reserve(2 ** 32 + 1)).toThrow(/needs 4\.0 GiB at once/);
  });
});
