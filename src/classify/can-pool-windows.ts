import { levelsOf } from '../models/layers/index.js';
import type { Network } from '../models/network.js';

/** Whether the network's head takes windows on a map (it starts with a pyramid). */
export function canPoolWindows({ architecture }: Network): boolean {
  return levelsOf(architecture.classifier[0]) !== undefined;
}
