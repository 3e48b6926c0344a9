// A nucleus of any size with known λ, made in seconds: φ_e is a smooth random field without flux through the edge of an
// ellipse or ellipsoid, and φ_h follows from it by the flux balance on the image's own voxels. It is no steady state of
// the phase field, and its discretisation is that of the solver: good for time and memory, not for accuracy.
import { makeGrid, quietRun, voxelCount, writeOmeTiff } from '../dist/src-core/index.js';
import { gaussianBlur } from '../dist/src-core/kernels/gaussian-blur.js';
import { applyLaplacian, noFluxDomain, unpack } from '../dist/src-core/kernels/no-flux.js';
import { chebyshevSeries, filterField } from '../dist/src-core/kernels/no-flux-filter.js';
import { randomStream } from '../dist/src-core/random.js';

const length = 150;
const kappa = 0.012;
const gain = 11111;
const offset = 100;

function ellipseMask({ shape }) {
  const mask = new Uint8Array(shape[0] * shape[1] * shape[2]);
  const along = (i, n, share) => (n === 1 ? 0 : ((i + 0.5 - n / 2) / (share * n)) ** 2);
  for (let z = 0, at = 0; z < shape[0]; z++)
    for (let y = 0; y < shape[1]; y++)
      for (let x = 0; x < shape[2]; x++, at++)
        mask[at] = along(z, shape[0], 0.44) + along(y, shape[1], 0.34) + along(x, shape[2], 0.44) < 1 ? 1 : 0;
  return mask;
}

/** White noise through f of the squared wave number, at mean 0 and sd 1. */
async function randomField(domain, f, stream) {
  const white = new Float64Array(domain.count).map(() => stream.normal());
  const field = await filterField(white, domain, chebyshevSeries(f, domain.bound, 1e-4), quietRun);
  const mean = field.reduce((sum, v) => sum + v, 0) / field.length;
  const variance = field.reduce((sum, v) => sum + (v - mean) ** 2, 0) / field.length;
  return field.map((v) => (v - mean) / Math.sqrt(variance));
}

function recorded(phi, { grid, domain }, sd, stream) {
  const blurred = gaussianBlur(unpack(phi, domain), grid, [20, 20, 20]);
  return Uint16Array.from(blurred, (value) => {
    const mean = gain * Math.max(0, value);
    const scale = sd * Math.sqrt(gain * 0.2);
    return Math.max(0, Math.round(offset + mean + scale * Math.sqrt(mean + 2) * stream.normal()));
  });
}

/** Image and mask as OME-TIFF and λ on the grid, of a `planes` × `size` × `size` nucleus of 15 nm pixels, planes 40 nm. */
export async function composedNucleus([planes, height, width], noise = 0.05) {
  const grid = makeGrid([planes, height, width], [planes === 1 ? 15 : 40, 15, 15]);
  const mask = ellipseMask(grid);
  const domain = noFluxDomain(grid, mask, length);
  const stream = randomStream(planes * 7919 + height);
  const domains = await randomField(domain, (x) => Math.exp(-x * 0.08) - Math.exp(-x * 0.16), stream);
  const bumps = await randomField(domain, (x) => Math.exp(-x * 1.6), stream);
  const lambda = bumps.map((v) => 1.4 * Math.exp(0.3 * v));
  const phiE = domains.map((v) => 0.19 * (1 + 0.02 * v));
  const first = new Float64Array(domain.count);
  applyLaplacian(first, phiE, domain);
  const second = new Float64Array(domain.count);
  applyLaplacian(second, first, domain);
  const phiH = phiE.map((v, i) => lambda[i] * v - first[i] + kappa * second[i]);
  const channel = (name, phi) => ({
    name,
    values: recorded(phi, { grid, domain }, noise, stream),
  });
  const tiff = (channels) => Buffer.concat(writeOmeTiff({ grid, channels }));
  return {
    voxels: voxelCount(grid),
    inside: domain.count,
    image: tiff([channel('heterochromatin', phiH), channel('euchromatin', phiE)]),
    mask: tiff([{ name: 'mask', values: Uint8Array.from(mask) }]),
    lambda: unpack(lambda, domain, NaN),
    phi: [phiH, phiE],
  };
}
