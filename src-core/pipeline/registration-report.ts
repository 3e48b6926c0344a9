import type { Triple } from '../data/grid.js';
import type { ChannelRegistration } from '../inference.js';
import { isDisplaced } from '../solvers/field/channel-shift.js';
import type { Outcome } from './outcome.js';

type Along = readonly [number, number, number];

const reversed = ([z, y, x]: Triple): Along => [x, y, z];

function leftOver({ solution, posed }: Outcome): ChannelRegistration['left'] {
  const { uncertainty } = solution;
  if (uncertainty?.shift == null) return null;
  const { shift, inflation } = uncertainty;
  const sd = shift.sdNm.map((v) => v * inflation);
  const displaced = isDisplaced(shift, posed.problem.domain, inflation);
  return { shiftNm: reversed(shift.shiftNm), sdNm: [sd[2], sd[1], sd[0]], displaced };
}

/** What is known of the displacement of the channels of a solved job. */
export function registrationReport(outcome: Outcome): ChannelRegistration {
  const { registration } = outcome.measured.measurement;
  const left = leftOver(outcome);
  if (registration === undefined) return { applied: null, left };
  const { shiftNm, sdNm } = registration;
  const applied = {
    shiftNm: reversed(shiftNm),
    sdNm: sdNm === null ? null : reversed(sdNm),
    from: sdNm === null ? ('user' as const) : ('data' as const),
  };
  return { applied, left };
}

/** A displacement along the axes where there is one: "x +30.1 ± 0.6 nm, y −1.2 ± 0.7 nm". */
export function shiftText(shift: Along, sd: Along | null): string {
  const parts = ['x', 'y', 'z'].flatMap((axis, k) => {
    if (shift[k] === 0 && (sd === null || sd[k] === 0)) return [];
    const sign = shift[k] < 0 ? '−' : '+';
    const spread = sd === null ? '' : ` ± ${sd[k].toFixed(1)}`;
    return [`${axis} ${sign}${Math.abs(shift[k]).toFixed(1)}${spread} nm`];
  });
  return parts.length === 0 ? '0 nm' : parts.join(', ');
}
