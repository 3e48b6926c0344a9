import type { VolumeBudget } from './volume.js';

/** What there is to draw with. */
interface GraphicsCard {
  /** The longest side of a 3-D texture. */
  readonly longest: number;
  /** Whether the processor does the work of a card that is not there. */
  readonly software: boolean;
}

/** Where the card cannot be asked: what every WebGL 2 has. */
const unknownCard: GraphicsCard = { longest: 256, software: true };

let card: GraphicsCard | null = null;

function askCard(gl: WebGL2RenderingContext): GraphicsCard {
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  const name = names === null ? '' : String(gl.getParameter(names.UNMASKED_RENDERER_WEBGL));
  return {
    longest: Number(gl.getParameter(gl.MAX_3D_TEXTURE_SIZE)),
    software: /swiftshader|llvmpipe|software|basic render/i.test(name),
  };
}

/** Asks the graphics card, once, by a context of its own. */
function graphicsCard(): GraphicsCard {
  if (card !== null) return card;
  const gl = typeof document === 'undefined' ? null : document.createElement('canvas').getContext('webgl2');
  card = gl === null ? unknownCard : askCard(gl);
  gl?.getExtension('WEBGL_lose_context')?.loseContext();
  return card;
}

/** Bytes that the stacks of all panes may take on the graphics card. */
const stackBytes = 256 * 2 ** 20;

/** What one volume may take while so many panes are shown: a pane has three of them at most. */
export function volumeBudget(panes: number): VolumeBudget {
  return { longest: graphicsCard().longest, bytes: stackBytes / panes / 3 };
}

/** Samples of a stack that one drawing on the screen may take: at rest, and while the user turns it. */
export interface SampleBudget {
  readonly resting: number;
  readonly moving: number;
}

/** About half a second at rest where the processor draws, a few milliseconds where a card does. */
export function sampleBudget(): SampleBudget {
  return graphicsCard().software ? { resting: 16e6, moving: 2e6 } : { resting: 200e6, moving: 40e6 };
}

/** For pictures that are kept: as many samples as the stack has to give. */
export const unlimitedSamples: SampleBudget = { resting: Infinity, moving: Infinity };
