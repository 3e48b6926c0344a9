import { colorCurve, type ControlColor } from './color-curve.js';

const evenly = (colors: readonly string[]): ControlColor[] =>
  colors.map((color, k) => ({ at: k / (colors.length - 1), color }));

/** The ten classes of batlow. */
const batlowClasses = evenly([
  ...['#011959', '#103f60', '#1c5a62', '#3c6d56', '#687b3e'],
  ...['#9d892b', '#d29343', '#f8a17b', '#fdb7bc', '#faccfa'],
]);

/** The ten classes of vik, and the colour of its middle. */
const vikClasses = [
  ...evenly([
    ...['#001261', '#033e7d', '#1e6f9d', '#71a8c4', '#c9dde7'],
    ...['#eacebd', '#d39774', '#be6533', '#8b2706', '#590008'],
  ]),
  { at: 0.5, color: '#ece5e0' },
].sort((a, b) => a.at - b.at);

/**
 * The sequential map batlow as 256 colours: the smooth curve through its ten published classes. Colours between the
 * classes were up to 1.7 in L*a*b* from those of the original table where it was sampled (vik: 2.3).
 * F. Crameri (2018), Scientific colour maps, MIT licence, doi 10.5281/zenodo.1243862.
 */
export function batlowTable(): Uint8Array {
  return colorCurve(batlowClasses);
}

/** The diverging map vik (blue low, red high), made as `batlowTable` is. */
export function vikTable(): Uint8Array {
  return colorCurve(vikClasses);
}
