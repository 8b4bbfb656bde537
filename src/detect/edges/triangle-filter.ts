/**
 * A plane smoothed with a triangle filter (weights 1 .. r + 1 .. 1 over (r + 1)^2) along rows and columns; beyond the border
 * the plane is mirrored. Radius 0 copies. The time does not depend on the radius: a triangle is two boxes, each the difference
 * of running sums.
 */
export function triangleFilter(plane: Float32Array, width: number, height: number, radius: number): Float32Array {
  const result = new Float32Array(plane.length);
  smoothLines(plane, result, { count: width, step: 1 }, { count: height, step: width }, radius);
  smoothLines(result, result, { count: height, step: width }, { count: width, step: 1 }, radius);
  return result;
}

interface Axis {
  readonly count: number;
  readonly step: number;
}

function smoothLines(from: Float32Array, to: Float32Array, along: Axis, across: Axis, radius: number): void {
  const { count, step } = along;
  const box = radius + 1;
  const length = count + 2 * radius;
  const places = Int32Array.from({ length }, (_, i) => mirrored(i - radius, count) * step);
  /** Sums of the mirrored line up to each place, then the same of its boxes. */
  const sums = new Float64Array(length + 1);
  const boxSums = new Float64Array(length - radius + 1);
  for (let line = 0; line < across.count; line++) {
    const start = line * across.step;
    for (let i = 0; i < length; i++) sums[i + 1] = sums[i]! + from[start + places[i]!]!;
    for (let i = 0; i + box <= length; i++) boxSums[i + 1] = boxSums[i]! + sums[i + box]! - sums[i]!;
    for (let i = 0; i < count; i++) to[start + i * step] = (boxSums[i + box]! - boxSums[i]!) / (box * box);
  }
}

/** A place beyond the border of `count` cells, mirrored at the border as often as it takes: -1 is 0, `count` is `count - 1`. */
function mirrored(place: number, count: number): number {
  const period = 2 * count;
  const within = ((place % period) + period) % period;
  return within < count ? within : period - 1 - within;
}
