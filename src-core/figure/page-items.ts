/** A rectangle on the page, in mm from its top left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One line of text: x and baseline y and size in mm; the anchor says which end of the line x is (start). */
export interface TextLine {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly color: string;
  readonly bold?: boolean;
  readonly anchor?: 'middle' | 'end';
}

/** Colours of everything but the data. */
export const pageColors = {
  ink: '#1a1a1a',
  muted: '#5a5a5a',
  rule: '#8c8c8c',
  paper: '#ffffff',
  outside: '#f0f0f0',
  hatchGround: '#d9d9d9',
  hatchLine: '#7a7a7a',
  divider: '#c4c4c4',
  warning: '#d98a00',
} as const;
