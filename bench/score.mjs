// Scores a rate map against a known one, the way the truth kit does.
import { readFileSync } from 'node:fs';
import { fromArrayBuffer } from 'geotiff';

/** Every page of a TIFF, one after the other. */
export async function readPages(file) {
  const tiff = await fromArrayBuffer(new Uint8Array(readFileSync(file)).buffer);
  const pages = [];
  for (let page = 0; page < (await tiff.getImageCount()); page++) {
    const rasters = await (await tiff.getImage(page)).readRasters({ samples: [0] });
    pages.push(Float64Array.from(rasters[0]));
  }
  return pages;
}

/** relL2, Pearson r, bias and coverage of an estimate over the mask, all as arrays of pages. */
export function score(estimate, truth, mask) {
  let [inside, counted, difference, size] = [0, 0, 0, 0];
  const pairs = [];
  truth.forEach((page, z) => {
    const known = mask[mask.length === 1 ? 0 : z];
    page.forEach((value, i) => {
      if (!(known[i] > 0) || !Number.isFinite(value)) return;
      inside++;
      const guess = estimate[z][i];
      if (!Number.isFinite(guess)) return;
      counted++;
      difference += (guess - value) ** 2;
      size += value ** 2;
      pairs.push([guess, value]);
    });
  });
  const mean = (k) => pairs.reduce((sum, pair) => sum + pair[k], 0) / counted;
  const [guessMean, trueMean] = [mean(0), mean(1)];
  let [cross, guessSpread, trueSpread] = [0, 0, 0];
  for (const [guess, value] of pairs) {
    cross += (guess - guessMean) * (value - trueMean);
    guessSpread += (guess - guessMean) ** 2;
    trueSpread += (value - trueMean) ** 2;
  }
  return {
    relL2: Math.sqrt(difference / size),
    r: trueSpread > 1e-10 * size ? cross / Math.sqrt(guessSpread * trueSpread) : null,
    bias: (guessMean - trueMean) / trueMean,
    coverage: counted / inside,
  };
}
