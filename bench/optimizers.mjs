// The timing table of the optimisers in bench/README.md: one step on 66k parameters in four 128 × 128 matrices.
//   npm run build && node bench/optimizers.mjs [--runs 60]
import { startAdam, stepAdam, adamDefaults } from '../dist/src-core/optimizers/adam.js';
import { startSoap, stepSoap, soapDefaults } from '../dist/src-core/optimizers/soap.js';
import { symmetricEigen } from '../dist/src-core/kernels/symmetric-eigen.js';
import { orthonormalRows } from '../dist/src-core/kernels/orthonormal-rows.js';
import { dense, outerSquare, product } from '../dist/src-core/kernels/dense-product.js';
import { randomStream } from '../dist/src-core/random.js';
import { quietRun } from '../dist/src-core/run.js';

const at = process.argv.indexOf('--runs');
const runs = at > 0 ? Number(process.argv[at + 1]) : 60;
const n = 128;
const stream = randomStream(1);
const random = () => Float64Array.from({ length: n * n }, () => stream.normal());
const blocks = () =>
  [0, 1, 2, 3].map((k) => ({ name: `w${k}`, shape: [n, n], values: Float32Array.from(random()) }));
const gradients = [blocks(), blocks(), blocks()];

function report(title, times) {
  times.sort((a, b) => a - b);
  const [least, median] = [times[0], times[times.length >> 1]].map((ms) => ms.toFixed(2));
  console.log(`| ${title.padEnd(44)} | ${least.padStart(8)} | ${median.padStart(9)} |`);
}

/** Milliseconds of every run after a quarter of them to warm up. */
async function millisecondsOf(step) {
  const times = [];
  for (let k = -Math.ceil(runs / 4); k < runs; k++) {
    const start = performance.now();
    await step();
    if (k >= 0) times.push(performance.now() - start);
  }
  return times;
}

const timed = async (title, step) => {
  report(title, await millisecondsOf(step));
};

const matrix = random();
const square = await outerSquare(dense(matrix, n, n), quietRun);
let adam = { parameters: gradients[0], state: startAdam(gradients[0]) };
let soap = { parameters: gradients[0], state: startSoap(gradients[0]) };
soap = await stepSoap(soap, gradients[1], soapDefaults, quietRun);
let turn = 0;

console.log('| what                                         | least ms | median ms |');
console.log('| -------------------------------------------- | -------- | --------- |');
await timed('Adam, a step', () => {
  adam = stepAdam(adam, gradients[turn++ % 3], adamDefaults);
});
const kinds = { renewing: [], other: [] };
await millisecondsOf(async () => {
  const start = performance.now();
  const isRenewing = soap.state.steps % soapDefaults.frequency === 0;
  soap = await stepSoap(soap, gradients[turn++ % 3], soapDefaults, quietRun);
  (isRenewing ? kinds.renewing : kinds.other).push(performance.now() - start);
});
report('SOAP, a step', kinds.other);
report('SOAP, every second step: bases renewed', kinds.renewing);
await timed('product of 128 × 128', () => product(dense(matrix, n, n), dense(square, n, n), quietRun));
await timed('GGᵀ of 128 × 128', () => outerSquare(dense(matrix, n, n), quietRun));
await timed('QR of 128 × 128', () => orthonormalRows(matrix, n, quietRun));
await timed('eigenvectors of 128 × 128, first step only', () => symmetricEigen(square, n, quietRun));
