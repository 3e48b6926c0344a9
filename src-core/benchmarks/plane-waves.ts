/** A wave amplitude·cos(kₓx + k_y y + phase). */
export interface PlaneWave {
  readonly amplitude: number;
  readonly wave: readonly [kx: number, ky: number];
  readonly phase: number;
}

/** A smooth field of which every derivative is known: a constant and a few waves. */
export interface WaveField {
  readonly constant: number;
  readonly waves: readonly PlaneWave[];
}

/** ∇²ⁿ of a field at a place; n = 0 is the field itself. */
export function laplacianPower(
  { constant, waves }: WaveField,
  [x, y]: readonly [number, number],
  n: number,
): number {
  return waves.reduce(
    (sum, { amplitude, wave: [kx, ky], phase }) =>
      sum + amplitude * (-(kx * kx + ky * ky)) ** n * Math.cos(kx * x + ky * y + phase),
    n === 0 ? constant : 0,
  );
}

/** u(t) with u' = −u + λ(t), λ a wave field in its first coordinate, from a value at time 0. */
export function relaxedTo({ constant, waves }: WaveField, t: number, start: number): number {
  const forced = (at: number): number =>
    waves.reduce((sum, { amplitude, wave: [w], phase }) => {
      const angle = w * at + phase;
      return sum + (amplitude * (Math.cos(angle) + w * Math.sin(angle))) / (1 + w * w);
    }, constant);
  return forced(t) + (start - forced(0)) * Math.exp(-t);
}
