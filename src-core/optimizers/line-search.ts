/** The loss on a line through the parameters: its value and slope at so many times the direction. */
export interface LinePoint {
  readonly at: number;
  readonly value: number;
  readonly slope: number;
}

/** The two Wolfe conditions, and most points to look at. */
export interface LineSearchSettings {
  /** c₁: the least fraction of the descent promised by the slope; in (0, curvature). */
  readonly sufficient: number;
  /** c₂: the most of the slope, in size, that may be left; in (sufficient, 1). */
  readonly curvature: number;
  readonly mostEvaluations: number;
}

/** Where a line search ended. */
export interface LineSearchEnd<Point extends LinePoint> {
  /** The start itself where no lower point was found. */
  readonly point: Point;
  /** Whether the strong Wolfe conditions hold there. */
  readonly isWolfe: boolean;
  readonly evaluations: number;
}

/** A search under way: the point it starts from, and how to look at others. */
interface LineSearch<Point extends LinePoint> {
  readonly origin: Point;
  readonly along: (at: number) => Promise<Point>;
  readonly settings: LineSearchSettings;
  evaluations: number;
}

/** Nearest that a trial may come to the ends of an interval, as a part of it. */
const margin = 0.1;
/** How many times longer a step may become at once: least and most. */
const growth = [2, 10] as const;
/** Part of a step below which an interval holds nothing more to find. */
const finestInterval = 1e-12;

/**
 * The place of the minimum of the cubic with the values and slopes of two points (Nocedal and Wright, Numerical Optimization,
 * eq. 3.59); NaN where it has none or a number is not finite.
 */
export function cubicMinimum(a: LinePoint, b: LinePoint): number {
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.at - b.at);
  const d2 = Math.sign(b.at - a.at) * Math.sqrt(d1 * d1 - a.slope * b.slope);
  return b.at - (b.at - a.at) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2));
}

/** `value` brought into an interval; `otherwise` for NaN. */
function within(value: number, low: number, high: number, otherwise: number): number {
  return Number.isNaN(value) ? otherwise : Math.min(Math.max(value, low), high);
}

/** Not lower by the promised part, or not a number at all. */
function isTooHigh({ origin, settings }: LineSearch<LinePoint>, point: LinePoint): boolean {
  return !(point.value <= origin.value + settings.sufficient * point.at * origin.slope);
}

function isFlatEnough({ origin, settings }: LineSearch<LinePoint>, point: LinePoint): boolean {
  return Math.abs(point.slope) <= -settings.curvature * origin.slope;
}

async function look<Point extends LinePoint>(search: LineSearch<Point>, at: number): Promise<Point> {
  search.evaluations++;
  return search.along(at);
}

const isSpent = ({ evaluations, settings }: LineSearch<LinePoint>): boolean =>
  evaluations >= settings.mostEvaluations;

/** Nocedal and Wright's algorithm 3.6: `low` is the lowest point so far that descends enough, and a good one lies between. */
async function zoom<Point extends LinePoint>(
  search: LineSearch<Point>,
  ends: readonly [low: Point, high: Point],
): Promise<LineSearchEnd<Point>> {
  let [low, high] = ends;
  while (!isSpent(search) && Math.abs(high.at - low.at) > finestInterval * Math.max(high.at, low.at)) {
    const [from, to] = low.at < high.at ? [low.at, high.at] : [high.at, low.at];
    const edge = margin * (to - from);
    const middle = (from + to) / 2;
    const point = await look(search, within(cubicMinimum(low, high), from + edge, to - edge, middle));
    if (isTooHigh(search, point) || point.value >= low.value) {
      high = point;
    } else {
      if (isFlatEnough(search, point)) return { point, isWolfe: true, evaluations: search.evaluations };
      if (point.slope * (high.at - low.at) >= 0) high = low;
      low = point;
    }
  }
  return { point: low, isWolfe: false, evaluations: search.evaluations };
}

/**
 * A step along a line of descent that meets the strong Wolfe conditions, from the first step proposed: lower by at least
 * `sufficient` of what the slope promised, with at most `curvature` of the slope left. A value or slope that is not finite counts
 * as too high. Where the conditions cannot be met in `mostEvaluations`, the lowest point that descends enough, or else the start
 * (Nocedal and Wright, Numerical Optimization, algorithms 3.5 and 3.6). `origin` is at 0 with a negative slope.
 */
export async function strongWolfe<Point extends LinePoint>(
  origin: Point,
  along: (at: number) => Promise<Point>,
  firstStep: number,
  settings: LineSearchSettings,
): Promise<LineSearchEnd<Point>> {
  const search = { origin, along, settings, evaluations: 0 };
  let previous = origin;
  let step = firstStep;
  while (!isSpent(search)) {
    const point = await look(search, step);
    const isHigher = previous !== origin && point.value >= previous.value;
    if (isTooHigh(search, point) || isHigher) return zoom(search, [previous, point]);
    if (isFlatEnough(search, point)) return { point, isWolfe: true, evaluations: search.evaluations };
    if (point.slope >= 0) return zoom(search, [point, previous]);
    step = within(cubicMinimum(previous, point), growth[0] * step, growth[1] * step, growth[1] * step);
    previous = point;
  }
  return { point: previous, isWolfe: false, evaluations: search.evaluations };
}
