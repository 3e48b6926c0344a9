import type { ReactNode } from 'react';
import { shiftPartText } from '../../src-core/data/shift-text.js';
import type { JobResult } from '../../src-main/api.js';
import { Fact } from './fact.js';

type Registration = JobResult['document']['calibration']['registration'];
type Along = readonly [number, number, number];

/** A fact for each axis along which the displacement is told. */
function axisFacts(name: string, shift: Along, sd: Along | null, doubtful: boolean): ReactNode {
  return ['x', 'y', 'z'].map((axis, k) => {
    if (shift[k] === 0 && (sd === null || sd[k] === 0)) return null;
    return (
      <Fact
        key={name + axis}
        name={`${name} in ${axis}`}
        value={shiftPartText(shift[k], sd === null ? null : sd[k])}
        mark={doubtful ? 'doubtful' : undefined}
      />
    );
  });
}

/** How far the euchromatin channel was moved back, and how far the equation wants it displaced still. */
export function RegistrationFacts({ registration }: { readonly registration: Registration }): ReactNode {
  const { applied, left } = registration;
  const seen = applied === null ? 'channels displaced' : 'left displaced';
  return (
    <>
      {applied === null ? null : axisFacts('moved back', applied.shiftNm, applied.sdNm, false)}
      {left === null ? null : axisFacts(seen, left.shiftNm, left.sdNm, left.displaced)}
    </>
  );
}
