import type {
  ForwardCheck,
  ForwardReport,
  JobSpec,
  PhantomCheck,
  PhantomReport,
} from '../../src-core/index.js';
import type { InputPaths, Staging, WrittenFile } from './messages.js';
import type { JobIdentity } from './result-document.js';

/** The checks that a result can be put to. */
export const checkKinds = ['forward', 'phantom'] as const;
/** forward: does λ explain the images · phantom: what error is to be expected on a nucleus like this one. */
export type CheckKind = (typeof checkKinds)[number];

export interface CheckRequest {
  readonly files: InputPaths;
  readonly job: JobSpec;
  readonly kinds: readonly CheckKind[];
  /** The files that the result was made of: others are refused. */
  readonly expected: JobIdentity;
  /** Absent: nothing is written. */
  readonly staging?: Staging;
  /** Whether the fields themselves come back. */
  readonly wantFields?: boolean;
}

/** STEM.check.json: what was checked, and what was found; null for a check that was not asked for. */
export interface CheckDocument extends JobIdentity {
  readonly version: string;
  readonly job: JobSpec;
  readonly forward: ForwardReport | null;
  readonly phantom: PhantomReport | null;
}

export interface CheckResponse {
  readonly document: CheckDocument;
  readonly files: readonly WrittenFile[];
  readonly forward?: ForwardCheck;
  readonly phantom?: PhantomCheck;
}
