import type { MaskPlane } from '../mask/mask-plane.js';
import type { Position } from '../mask/shapes.js';
import { createStore } from './store.js';

/** What is being drawn while the pointer is down. */
export interface LiveStroke {
  /** Plane of the mask that is drawn on, and how it is by now. */
  readonly z: number;
  readonly plane: MaskPlane;
  /** The way of a free-hand loop so far, in nm of the file's coordinates; empty for a brush. */
  readonly path: readonly Position[];
}

/** The stroke of now; it changes with every move of the pointer, so it is no part of the session. */
export const liveStroke = createStore<LiveStroke | null>(null);
