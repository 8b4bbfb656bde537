import { isSquare } from '../models/geometry.js';
import { levelsOf } from '../models/layers/index.js';
import type { Network } from '../models/network.js';

/** Whether the network's head takes windows on a map: it starts with a pyramid, and cells lie alike along both axes. */
export function canPoolWindows({ architecture }: Network): boolean {
  return levelsOf(architecture.classifier[0]) !== undefined && isSquare(architecture.features);
}
