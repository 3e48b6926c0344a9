import type { Effect } from '../mask/mask-plane.js';
import type { Position } from '../mask/shapes.js';

/** What the pointer does over a map while the mask is drawn. */
export const maskToolNames = ['move', 'brush', 'eraser', 'polygon', 'lasso'] as const;

/** Name of a tool. */
export type MaskTool = (typeof maskToolNames)[number];

/** How the mask is drawn: the tools, not the mask itself, so undo does not go over it. */
export interface MaskTools {
  /** Whether the tools are out. */
  readonly open: boolean;
  readonly tool: MaskTool;
  /** Diameter of brush and eraser in nm; null: a round number of pixels. */
  readonly brushNm: number | null;
  /** What brush, polygon and lasso do; Alt does the other. */
  readonly effect: Effect;
  /** Of a stack: whether a shape goes into the plane that is shown, or into all. */
  readonly planes: 'this' | 'all';
  /** Corners of the polygon so far, in nm of the file's coordinates. */
  readonly outline: readonly Position[];
  /** Whether the cursor was moved by keys last: Enter then sets a corner where it is. */
  readonly keyboard: boolean;
  /** Why the mask could not be stored or begun. */
  readonly trouble: string | null;
}

/** Tools that lie in their box. */
export const restingTools: MaskTools = {
  open: false,
  tool: 'move',
  brushNm: null,
  effect: 'add',
  planes: 'this',
  outline: [],
  keyboard: false,
  trouble: null,
};

const restingBrushPixels = 16;

/** Diameter of the brush in nm on pixels of this size: the chosen one, else sixteen pixels. */
export function brushDiameter({ brushNm }: MaskTools, pixelNm: number): number {
  return brushNm ?? restingBrushPixels * pixelNm;
}

/** What a tool does with what it covers, Alt held or not. */
export function effectOf({ tool, effect }: MaskTools, alt: boolean): Effect {
  const takes = (tool === 'eraser' || effect === 'subtract') !== alt;
  return takes ? 'subtract' : 'add';
}
