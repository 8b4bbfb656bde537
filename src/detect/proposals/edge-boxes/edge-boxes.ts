import { takeBoxes } from '../../boxes.js';
import type { EdgeMap } from '../../edges/edge-map.js';
import { edgeOrientation } from '../../edges/orientation.js';
import { thinEdges } from '../../edges/thin-edges.js';
import type { Proposals } from '../proposals.js';
import { adaptiveNms } from './adaptive-nms.js';
import { BoxScorer } from './box-scorer.js';
import { groupEdges } from './edge-groups.js';
import { linkGroups } from './group-links.js';
import { type EdgeBoxesOptions, edgeBoxesSettings } from './options.js';
import { searchWindows } from './search.js';

/** Numbers per window: its corners and its score. */
const FIELDS = 5;

/**
 * EdgeBoxes (Zitnick and Dollar, ECCV 2014): windows that hold many edges whole, from a map of edges that need not be thin.
 * Scores are in the units of the published code. The same map gives the same boxes, in Node, in workers and in pages.
 * @throws SppgpuError for options that cannot be
 */
export function edgeBoxes(edges: EdgeMap, options: EdgeBoxesOptions = {}): Proposals {
  const settings = edgeBoxesSettings(options);
  const { width, height } = edges;
  const orientation = edgeOrientation(edges);
  const thin = thinEdges(edges, orientation);
  const groups = groupEdges(thin, orientation, settings);
  const links = linkGroups(thin, orientation, groups, settings.gamma);
  const scorer = new BoxScorer(thin, groups, links, settings.kappa);
  const windows = searchWindows(scorer, width, height, settings);
  const count = windows.length / FIELDS;
  const boxes = new Float32Array(count * 4);
  const scores = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 4; k++) boxes[i * 4 + k] = windows[i * FIELDS + k]!;
    scores[i] = windows[i * FIELDS + 4]!;
  }
  const kept = adaptiveNms(boxes, scores, settings);
  return { boxes: takeBoxes(boxes, kept), scores: Float32Array.from(kept, (i) => scores[i]!) };
}
