import type { ReactNode } from 'react';

interface LimitsHeadingProps {
  readonly subject: string;
  /** What it is of. */
  readonly of: ReactNode;
  /** Whether the values themselves say where it lies, so that there is nothing to go back to. */
  readonly automatic: boolean;
  /** What the button does, in words. */
  readonly hint: string;
  readonly onAutomatic: () => void;
}

/** The heading of what is set on a histogram, with the way back to what the values say. */
export function LimitsHeading({ subject, of, automatic, hint, onAutomatic }: LimitsHeadingProps): ReactNode {
  return (
    <h2>
      {subject} · <span className="as-is">{of}</span>
      <button type="button" className="link" disabled={automatic} title={hint} onClick={onAutomatic}>
        auto
      </button>
    </h2>
  );
}
