/**
 * The outline of a binary mask (`nx` columns, `ny` rows, row by row) as closed polygons. Each is a flat list
 * x0, y0, x1, y1, … of corners in pixel-edge coordinates (pixel ix covers ix to ix + 1); the last corner joins
 * the first. Collinear points are merged. Parts run clockwise on the screen (y down), holes the other way, so
 * that both fill rules give the mask back; parts that touch only at a corner are separate polygons.
 */
export function outlineOf(mask: Uint8Array, nx: number, ny: number): Int32Array[] {
  const edges = boundaryEdges(mask, nx, ny);
  const polygons: Int32Array[] = [];
  for (let vertex = 0; vertex < edges.length; vertex++) {
    while (edges[vertex] !== 0) polygons.push(traceLoop(edges, vertex, nx + 1));
  }
  return polygons;
}

const east = 1;
const south = 2;
const west = 4;
const north = 8;

/** For each corner of the pixel grid, the directed boundary edges that leave it; the inside lies on their right. */
function boundaryEdges(mask: Uint8Array, nx: number, ny: number): Uint8Array {
  const stride = nx + 1;
  const edges = new Uint8Array(stride * (ny + 1));
  const inside = (ix: number, iy: number): boolean =>
    ix >= 0 && iy >= 0 && ix < nx && iy < ny && mask[iy * nx + ix] !== 0;
  for (let iy = 0; iy < ny; iy++) {
    for (let ix = 0; ix < nx; ix++) {
      if (!inside(ix, iy)) continue;
      const corner = iy * stride + ix;
      if (!inside(ix, iy - 1)) edges[corner] |= east;
      if (!inside(ix + 1, iy)) edges[corner + 1] |= south;
      if (!inside(ix, iy + 1)) edges[corner + stride + 1] |= west;
      if (!inside(ix - 1, iy)) edges[corner + stride] |= north;
    }
  }
  return edges;
}

/** Follows one loop from a corner of it and takes its edges away; where two leave, the one to the right is taken. */
function traceLoop(edges: Uint8Array, start: number, stride: number): Int32Array {
  const moves = [1, stride, -1, -stride];
  const points: number[] = [];
  let vertex = start;
  let heading = -1;
  do {
    const next = heading < 0 ? firstHeading(edges[vertex]) : turn(edges[vertex], heading);
    if (next !== heading) points.push(vertex % stride, Math.floor(vertex / stride));
    edges[vertex] &= ~(1 << next);
    vertex += moves[next];
    heading = next;
  } while (vertex !== start);
  return Int32Array.from(points);
}

function firstHeading(bits: number): number {
  return [0, 1, 2, 3].find((heading) => (bits & (1 << heading)) !== 0) ?? 0;
}

function turn(bits: number, heading: number): number {
  const right = (heading + 1) % 4;
  const left = (heading + 3) % 4;
  return [right, heading, left].find((choice) => (bits & (1 << choice)) !== 0) ?? heading;
}
