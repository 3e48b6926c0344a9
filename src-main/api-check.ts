import { z } from 'zod';
import type {
  ErrorData,
  ForwardCheck,
  ForwardReport,
  Grid,
  PhantomMaps,
  PhantomReport,
  Progress,
} from '../src-core/index.js';
import { grantedId as id } from './api-batch.js';
import { type CheckKind, checkKinds } from './engine/check-document.js';
import type { BugData } from './engine/messages.js';

/*
 * The part of the table of requests (api.ts) that is about checks of results. Checks wait in the same queue as jobs; one
 * that runs gives way to a job and starts again behind it.
 */

/** Where a check of a job's result stands. */
export interface CheckState {
  readonly id: string;
  readonly job: string;
  readonly kind: CheckKind;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly progress: Progress | null;
  /** Seconds of running, so far or in all. */
  readonly seconds: number;
  /** Why it failed. */
  readonly failure: ErrorData | BugData | null;
}

/**
 * What a check found: fields on the result's grid, or maps of phantoms on a grid of their own (NaN: not known). `Handle`
 * stands for an array that is fetched.
 */
export type CheckFindings<Handle> =
  | {
      readonly kind: 'forward';
      readonly report: ForwardReport;
      readonly plots: ForwardCheck['plots'];
      readonly grid: Grid;
      readonly fields: { readonly [K in keyof ForwardCheck['fields']]: Handle };
    }
  | {
      readonly kind: 'phantom';
      readonly report: PhantomReport;
      readonly grid: Grid;
      readonly phantoms: readonly (Pick<PhantomMaps, 'pattern' | 'plot'> & {
        readonly truth: Handle;
        readonly inferred: Handle;
      })[];
    };

/** What each request about checks must look like. */
export const checkRequestSchemas = {
  /** Puts the result of a job that is done to a check; see CheckKind. */
  startCheck: z.strictObject({ job: id, kind: z.enum(checkKinds) }),
  cancelCheck: z.strictObject({ check: id }),
  /** Runs the check again, silently and to the same bytes, where its arrays had to be let go. */
  checkResult: z.strictObject({ check: id }),
} as const satisfies Record<string, z.ZodType>;
