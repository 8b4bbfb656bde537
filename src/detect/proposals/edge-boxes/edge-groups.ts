import type { EdgeMap } from '../../edges/edge-map.js';
import type { EdgeBoxesOptions } from './options.js';

/** Edge pixels in groups, each a piece of an edge that hardly bends. */
export interface EdgeGroups {
  /** The group of each pixel, rows from the top; `NO_GROUP` where there is no edge. */
  readonly labels: Int32Array;
  readonly count: number;
}

export const NO_GROUP = -1;
/** An edge pixel whose group is not known yet. */
const OPEN = -2;

type Settings = Required<Pick<EdgeBoxesOptions, 'edgeMinMag' | 'edgeMergeThr' | 'clusterMinMag'>>;

/** How far two undirected lines are turned against each other, in half circles: 0 to 0.5. */
function turn(a: number, b: number): number {
  const part = Math.abs(a - b) / Math.PI;
  return part > 0.5 ? 1 - part : part;
}

/**
 * Groups the pixels of a thinned map (Zitnick and Dollar 2014, section 3.1): from a seed, the neighbour that continues with the
 * least turn joins, until the turns add up to `edgeMergeThr`. Weak groups are given, pixel by pixel, to the neighbouring group
 * that turns least against them. The picture's outermost pixels belong to no group.
 */
export function groupEdges(edges: EdgeMap, orientation: Float32Array, settings: Settings): EdgeGroups {
  const { width, height, strength } = edges;
  const labels = new Int32Array(strength.length).fill(NO_GROUP);
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * width + 1; i < (y + 1) * width - 1; i++) if (strength[i]! > settings.edgeMinMag) labels[i] = OPEN;
  }
  const around = [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1];
  const sums: number[] = [];
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === OPEN) sums.push(grow(i, sums.length));
  }
  dissolve();
  return compacted(labels, sums.length);

  /** Grows a group from a seed. Returns the strengths of its pixels, together. */
  function grow(seed: number, label: number): number {
    const frontier: number[] = [];
    const turns: number[] = [];
    let turned = 0;
    let sum = 0;
    let pixel = seed;
    while (turned < settings.edgeMergeThr) {
      labels[pixel] = label;
      sum += strength[pixel]!;
      for (const step of around) {
        if (labels[pixel + step] !== OPEN) continue;
        frontier.push(pixel + step);
        turns.push(turn(orientation[pixel]!, orientation[pixel + step]!));
      }
      let best = -1;
      for (let k = 0; k < frontier.length; k++) {
        if (labels[frontier[k]!] === OPEN && (best < 0 || turns[k]! < turns[best]!)) best = k;
      }
      if (best < 0) break;
      turned += turns[best]!;
      pixel = frontier[best]!;
      frontier.splice(best, 1);
      turns.splice(best, 1);
    }
    return sum;
  }

  function dissolve(): void {
    let open: number[] = [];
    for (let i = 0; i < labels.length; i++) {
      if (labels[i]! < 0 || sums[labels[i]!]! > settings.clusterMinMag) continue;
      labels[i] = OPEN;
      open.push(i);
    }
    for (let before = Number.POSITIVE_INFINITY; open.length < before; ) {
      before = open.length;
      open = open.filter((pixel) => {
        let least = Number.POSITIVE_INFINITY;
        let label = OPEN;
        for (const step of around) {
          const other = labels[pixel + step]!;
          const turned = other < 0 ? Number.POSITIVE_INFINITY : turn(orientation[pixel]!, orientation[pixel + step]!);
          if (turned < least) [least, label] = [turned, other];
        }
        labels[pixel] = label;
        return label === OPEN;
      });
    }
    // What touches no group is noise.
    for (const pixel of open) labels[pixel] = NO_GROUP;
  }
}

/** Numbers the groups that are left anew, in the order of their first pixels. */
function compacted(labels: Int32Array, before: number): EdgeGroups {
  const numbers = new Int32Array(before).fill(NO_GROUP);
  let count = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label < 0) continue;
    if (numbers[label] === NO_GROUP) numbers[label] = count++;
    labels[i] = numbers[label]!;
  }
  return { labels, count };
}
