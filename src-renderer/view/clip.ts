import { dot, type Gaze, gazeAxes, type Vector } from './gaze.js';

/** What is cut away of a stack: nothing, or what lies beyond a plane across an axis or across the line of sight. */
export interface ClipPlane {
  readonly axis: 'none' | 'x' | 'y' | 'z' | 'view';
  /** Where the plane lies, 0 to 1 through the box along the axis. */
  readonly position: number;
  /** false: what comes before the plane is cut away (towards the eye, for 'view'); true: what comes after it. */
  readonly flipped: boolean;
}

/** Nothing is cut away; the plane waits in the middle. */
export const restingClip: ClipPlane = { axis: 'none', position: 0.5, flipped: false };

const axes: Readonly<Record<'x' | 'y' | 'z', Vector>> = { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] };

/** The clip plane turned so that the side towards the eye is cut away and the cut is seen. */
export function facingClip(clip: ClipPlane, gaze: Gaze): ClipPlane {
  if (clip.axis === 'none' || clip.axis === 'view') return { ...clip, flipped: false };
  return { ...clip, flipped: dot(gazeAxes(gaze).forward, axes[clip.axis]) < 0 };
}

/** A half space: positions p (nm from the middle of the box) with normal · p ≥ offset are kept. */
export interface HalfSpace {
  readonly normal: Vector;
  readonly offset: number;
}

const everything: HalfSpace = { normal: [0, 0, 0], offset: -1 };

/** Half the length of a box (nm) along a direction. */
function reach(span: Vector, direction: Vector): number {
  return dot(span, [Math.abs(direction[0]), Math.abs(direction[1]), Math.abs(direction[2])]) / 2;
}

/** The half space that a clip plane leaves of a box of this size (nm) under a gaze. */
export function clippedSpace({ axis, position, flipped }: ClipPlane, span: Vector, gaze: Gaze): HalfSpace {
  if (axis === 'none') return everything;
  const direction = axis === 'view' ? gazeAxes(gaze).forward : axes[axis];
  const offset = (2 * position - 1) * reach(span, direction);
  const [x, y, z] = direction;
  return flipped ? { normal: [-x, -y, -z], offset: -offset } : { normal: direction, offset };
}

/** Where the plane lies, in nm from the side of the box where its axis begins. */
export function clipDepth({ axis, position }: ClipPlane, span: Vector, gaze: Gaze): number {
  if (axis === 'none') return 0;
  return 2 * position * reach(span, axis === 'view' ? gazeAxes(gaze).forward : axes[axis]);
}
