import type { ForwardReport, JobSpec, PhantomReport } from '../../src-core/index.js';
import type { JobIdentity } from './result-document.js';

/** The checks that a result can be put to. */
export const checkKinds = ['forward', 'phantom'] as const;
/** forward: does λ explain the images · phantom: what error is to be expected on a nucleus like this one. */
export type CheckKind = (typeof checkKinds)[number];

/** STEM.check.json: what was checked, and what was found; null for a check that was not asked for. */
export interface CheckDocument extends JobIdentity {
  readonly version: string;
  readonly job: JobSpec;
  readonly forward: ForwardReport | null;
  readonly phantom: PhantomReport | null;
}
