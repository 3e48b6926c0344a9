import type { VolumeBudget } from './volume.js';

/** Bytes that the stacks of all panes may take on the graphics card. */
const stackBytes = 256 * 2 ** 20;

/** The longest side of a 3-D texture that every WebGL 2 has. */
const guaranteedSide = 256;

let longest: number | null = null;

/** Asks the graphics card, once, by a context of its own. */
function longestSide(): number {
  if (longest !== null) return longest;
  const gl = typeof document === 'undefined' ? null : document.createElement('canvas').getContext('webgl2');
  longest = gl === null ? guaranteedSide : Number(gl.getParameter(gl.MAX_3D_TEXTURE_SIZE));
  gl?.getExtension('WEBGL_lose_context')?.loseContext();
  return longest;
}

/** What one volume may take while so many panes are shown: a pane has three of them at most. */
export function volumeBudget(panes: number): VolumeBudget {
  return { longest: longestSide(), bytes: stackBytes / panes / 3 };
}
