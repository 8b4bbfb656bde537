import type { WindowSource } from './window-source.js';

/** Windows that look alike to a network, such as those on the same cells, once each. */
export interface DistinctWindows {
  /** Places of the windows that come first with their looks, ascending. */
  readonly first: Int32Array;
  /** For each window, which of them looks like it. */
  readonly like: Int32Array;
}

/** @param keys of the windows: equal where their features are, see {@link WindowSource.keys} */
export function distinctWindows(keys: readonly string[]): DistinctWindows {
  const places = new Map<string, number>();
  const first: number[] = [];
  const like = Int32Array.from(keys, (key, window) => {
    const place = places.get(key);
    if (place !== undefined) return place;
    places.set(key, first.length);
    return first.push(window) - 1;
  });
  return { first: Int32Array.from(first), like };
}
