import type { ReactNode } from 'react';

/** Lines on a square of 16 × 16. */
export function Icon({
  path,
  lineWidth = 1.5,
}: {
  readonly path: string;
  readonly lineWidth?: number;
}): ReactNode {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={lineWidth}
      aria-hidden="true"
    >
      <path d={path} strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

/** An arrow back. */
export const undoIcon = <Icon path="M5.5 3 2.5 6l3 3M2.5 6H10a3.5 3.5 0 0 1 0 7H6" />;
/** An arrow forward. */
export const redoIcon = <Icon path="M10.5 3l3 3-3 3M13.5 6H6a3.5 3.5 0 0 0 0 7h4" />;
/** A disc half filled. */
export const themeIcon = <Icon path="M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11" />;
/** Four corners around a picture. */
export const fitIcon = <Icon path="M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10" />;
/** A circle with an arrow. */
export const resetIcon = <Icon path="M13 8a5 5 0 1 1-1.6-3.6M13 2v3h-3" />;
/** A cross. */
export const closeIcon = <Icon path="M4.5 4.5l7 7M11.5 4.5l-7 7" />;
/** A file with a corner turned. */
export const fileIcon = <Icon path="M4 2.5h5l3 3v8H4zM9 2.5v3h3" />;
/** A triangle with a mark of exclamation. */
export const warningIcon = <Icon path="M8 2.5 14 13H2zM8 6.5v3M8 11.3v.1" />;
/** A circle with a mark of exclamation. */
export const errorIcon = <Icon path="M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 5v3.5M8 10.9v.1" />;
