import type { Boxes } from '../detect/boxes.js';
import { selectiveSearch } from '../detect/proposals/selective-search/selective-search.js';
import type { Picture } from '../picture/picture.js';

/** Shorter sides of a scene: a digit of 18 to 64 pixels is near the side of the net's input on one of them. */
export const SCENE_SCALES: readonly number[] = [60, 90, 135, 200];

/** How windows are found, as the detector's file has it; digits are as narrow as a few pixels. */
export const SCENE_PROPOSALS = { method: 'selective-search', minSide: 6, maxBoxes: 300, seed: 0 } as const;

/** Windows of a scene by Selective Search. */
export function sceneWindows(picture: Picture): Boxes {
  const { method: _, ...options } = SCENE_PROPOSALS;
  return selectiveSearch(picture, options).boxes;
}
