import type { PaneSize } from './plane-camera.js';
import { dot, type Gaze, gazeAxes, projectPosition, type Vector } from './gaze.js';

/** An edge of the box: its ends in nm from the middle of the box, and whether it is seen, hidden, or on the rim. */
export interface BoxEdge {
  readonly axis: 0 | 1 | 2;
  readonly from: Vector;
  readonly to: Vector;
  readonly side: 'front' | 'rim' | 'back';
}

const signs = [-1, 1] as const;

/** A position from its coordinates along `axis` and along the two axes after it. */
function placed(axis: 0 | 1 | 2, along: number, first: number, second: number): Vector {
  const position: [number, number, number] = [0, 0, 0];
  position[axis] = along;
  position[(axis + 1) % 3] = first;
  position[(axis + 2) % 3] = second;
  return position;
}

/** The twelve edges of a box of this size (nm), as they lie under a gaze. */
export function boxEdges(span: Vector, gaze: Pick<Gaze, 'azimuth' | 'elevation'>): BoxEdge[] {
  const { forward } = gazeAxes(gaze);
  return ([0, 1, 2] as const).flatMap((axis) => {
    const [one, two] = [(axis + 1) % 3, (axis + 2) % 3];
    return signs.flatMap((a) =>
      signs.map((b): BoxEdge => {
        const facing = Number(a * forward[one] < -1e-9) + Number(b * forward[two] < -1e-9);
        const ends = [-1, 1].map((end) =>
          placed(axis, (end * span[axis]) / 2, (a * span[one]) / 2, (b * span[two]) / 2),
        );
        return {
          axis,
          from: ends[0],
          to: ends[1],
          side: facing === 2 ? 'front' : facing === 1 ? 'rim' : 'back',
        };
      }),
    );
  });
}

/** A label of the box: which axis, and where in the pane its middle comes to lie (CSS pixels). */
export interface AxisLabel {
  readonly axis: 0 | 1 | 2;
  readonly lengthNm: number;
  readonly at: readonly [number, number];
}

/** CSS pixels from an edge to the middle of its label. */
const labelDistance = 16;

/** Half the room that a label takes, CSS pixels. */
const labelRoom = [36, 10] as const;

/** A place for the middle of a label at which all of it lies in the pane. */
function withinPane([x, y]: readonly [number, number], { width, height }: PaneSize): [number, number] {
  return [
    Math.min(width - labelRoom[0], Math.max(labelRoom[0], x)),
    Math.min(height - labelRoom[1], Math.max(labelRoom[1], y)),
  ];
}

const middleOf = ({ from, to }: BoxEdge): Vector => [
  (from[0] + to[0]) / 2,
  (from[1] + to[1]) / 2,
  (from[2] + to[2]) / 2,
];

/** Where the lengths of the box are written: beside the lowest edge of each axis on the rim of the box. */
export function axisLabels(
  span: Vector,
  gaze: Gaze & { readonly nmPerPixel: number },
  pane: PaneSize,
): AxisLabel[] {
  const { up, right, forward } = gazeAxes(gaze);
  const center = projectPosition([0, 0, 0], gaze, pane);
  const rim = boxEdges(span, gaze).filter(({ side }) => side === 'rim');
  const height = (edge: BoxEdge): number => dot(middleOf(edge), up) + 1e-3 * dot(middleOf(edge), right);
  return ([0, 1, 2] as const).flatMap((axis) => {
    const unit = placed(axis, 1, 0, 0);
    if (Math.abs(dot(unit, forward)) > 0.97) return [];
    const edges = rim.filter((edge) => edge.axis === axis).sort((a, b) => height(a) - height(b));
    if (edges.length === 0) return [];
    const [x, y] = projectPosition(middleOf(edges[0]), gaze, pane);
    const away = Math.hypot(x - center[0], y - center[1]) || 1;
    const [dx, dy] = [(x - center[0]) / away, (y - center[1]) / away];
    const at = [x + 1.6 * labelDistance * dx, y + labelDistance * dy] as const;
    return [{ axis, lengthNm: span[axis], at: withinPane(at, pane) }];
  });
}
