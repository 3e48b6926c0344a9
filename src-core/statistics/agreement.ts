/** How far a prediction is from a measurement that carries noise, over the same places. */
export interface Agreement {
  /** rms of measured − predicted, in the unit of both. */
  readonly rms: number;
  /** rms of the measurement's noise alone: what a perfect prediction would leave. */
  readonly noiseRms: number;
  /** Standard deviation of the measurement without its noise: the structure that there is to predict. */
  readonly spread: number;
  /** rms beyond the noise over the spread: 0 for a perfect prediction, 1 for none better than a constant. */
  readonly unexplained: number;
  /** Pearson correlation; null where one of the two does not vary. */
  readonly correlation: number | null;
  /** ‖measured − predicted‖ / ‖measured‖. */
  readonly relativeL2: number;
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: Float64Array): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

function meanSquare(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0) / values.length;
}

/** Pearson correlation of two sets of equal length; null where one of them does not vary (to 1e-6 of its size). */
export function correlationOf(a: Float64Array, b: Float64Array): number | null {
  const [meanA, meanB, varianceA, varianceB] = [meanOf(a), meanOf(b), variance(a), variance(b)];
  if (!(varianceA > 1e-12 * meanSquare(a) && varianceB > 1e-12 * meanSquare(b))) return null;
  const shared = a.reduce((sum, value, i) => sum + (value - meanA) * (b[i] - meanB), 0) / a.length;
  return shared / Math.sqrt(varianceA * varianceB);
}

/** ‖estimate − known‖ / ‖known‖. */
export function relativeError(estimate: Float64Array, known: Float64Array): number {
  return Math.sqrt(meanSquare(estimate.map((value, i) => value - known[i])) / meanSquare(known));
}

/** Compares a prediction with a measurement, given one draw of the measurement's noise; all of equal length. */
export function agreementOf(measured: Float64Array, predicted: Float64Array, noise: Float64Array): Agreement {
  const square = meanSquare(measured.map((value, i) => value - predicted[i]));
  const noiseSquare = meanSquare(noise);
  const spread = Math.sqrt(Math.max(variance(measured) - noiseSquare, 1e-12 * meanSquare(measured)));
  return {
    rms: Math.sqrt(square),
    noiseRms: Math.sqrt(noiseSquare),
    spread,
    unexplained: Math.sqrt(Math.max(0, square - noiseSquare)) / spread,
    correlation: correlationOf(measured, predicted),
    relativeL2: relativeError(predicted, measured),
  };
}

/** The share of the structure of several quantities together that is predicted: 1 − Σ(unexplained·spread)²/Σspread². */
export function explainedShare(parts: readonly Agreement[]): number {
  const [left, whole] = parts.reduce(
    ([sum, total], { unexplained, spread }) => [sum + (unexplained * spread) ** 2, total + spread ** 2],
    [0, 0],
  );
  return 1 - left / whole;
}
