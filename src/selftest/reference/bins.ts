/** The one bin rule of spatial pyramid pooling (He et al. 2015, appendix) and of adaptive pooling. */

/** Bin `i` (from 0) of `count` over `size` cells, half-open: floor on the left edge, ceil on the right. */
export function bin(i: number, count: number, size: number): [start: number, end: number] {
  return [Math.floor((i * size) / count), Math.ceil(((i + 1) * size) / count)];
}

/** All bins of one level over `size` cells. */
export function bins(count: number, size: number): [start: number, end: number][] {
  return Array.from({ length: count }, (_, i) => bin(i, count, size));
}
