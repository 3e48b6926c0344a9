type Along = readonly [x: number, y: number, z: number];

/** One part of a displacement with its sign, to 0.1 nm: "+30.1 ± 0.6 nm"; without an sd, just "−1.2 nm". */
export function shiftPartText(nm: number, sd: number | null): string {
  const size = Math.abs(nm).toFixed(1);
  const sign = Number(size) === 0 ? '' : nm < 0 ? '−' : '+';
  return `${sign}${size}${sd === null ? '' : ` ± ${sd.toFixed(1)}`} nm`;
}

/** A displacement in nm along the axes where there is one: "x +30.1 ± 0.6 nm, y −1.2 ± 0.7 nm"; "0 nm" if nowhere. */
export function shiftText(shift: Along, sd: Along | null): string {
  const parts = ['x', 'y', 'z'].flatMap((axis, k) => {
    if (shift[k] === 0 && (sd === null || sd[k] === 0)) return [];
    return [`${axis} ${shiftPartText(shift[k], sd === null ? null : sd[k])}`];
  });
  return parts.length === 0 ? '0 nm' : parts.join(', ');
}
