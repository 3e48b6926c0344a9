import type { ReactNode } from 'react';
import type { Progress } from '../../src-core/run.js';
import { showSeconds } from '../state/wording.js';

interface WorkProgressProps {
  /** What the bar is of, for those who do not see it. */
  readonly name: string;
  /** Null while it waits; the time that is left in seconds, where it is known. */
  readonly progress: (Progress & { readonly secondsLeft?: number | null }) | null;
  /** What the button is called where "Cancel" does not say of what. */
  readonly cancelName?: string;
  readonly onCancel: () => void;
  /** Stands before the button. */
  readonly children?: ReactNode;
}

function progressText(progress: NonNullable<WorkProgressProps['progress']>): string {
  const { stage, fraction, secondsLeft = null } = progress;
  const left = secondsLeft === null ? '' : ` · ${showSeconds(secondsLeft)} left`;
  return `${stage} · ${Math.round(100 * fraction)} %${left}`;
}

/** Work on its way: how far, how long yet, and a way to stop it. */
export function WorkProgress({
  name,
  progress,
  cancelName,
  onCancel,
  children,
}: WorkProgressProps): ReactNode {
  return (
    <>
      <progress className="job-progress" value={progress?.fraction ?? 0} max={1} aria-label={name} />
      <span>{progress === null ? 'waiting' : progressText(progress)}</span>
      {children}
      <button type="button" className="link" aria-label={cancelName} onClick={onCancel}>
        Cancel
      </button>
    </>
  );
}
