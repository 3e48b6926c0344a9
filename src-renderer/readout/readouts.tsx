import type { ReactNode } from 'react';
import { useSession } from '../ui/app-context.js';
import { ContrastReadout } from './contrast-readout.js';
import { CursorReadout } from './cursor-readout.js';
import { LevelReadout } from './level-readout.js';
import { RateReadout } from './rate-readout.js';
import { TrainingView } from './training-view.js';
import { TrustReadout } from './trust-readout.js';

/** The right side: values, contrast, statistics and doubts. */
export function Readouts(): ReactNode {
  const open = useSession(({ project }) => project !== null);
  const mapped = useSession(({ result }) => result !== null);
  return (
    <aside className="readouts" aria-label="Readouts">
      {open ? (
        <>
          <CursorReadout />
          <LevelReadout />
          <ContrastReadout />
          <RateReadout />
          <TrustReadout />
          <TrainingView />
          {mapped ? null : (
            <p className="dim">
              Statistics of λ, and what speaks for and against them, come here after “Infer λ”.
            </p>
          )}
        </>
      ) : (
        <p className="dim">
          Values under the cursor, contrast and statistics appear here once a file is open.
        </p>
      )}
    </aside>
  );
}
