import type { EdgeGroups } from './edge-groups.js';

/** The groups along every line of a picture, each once where several of its pixels follow each other. */
export interface Runs {
  /** The run of each cell; cells of a line follow each other. */
  readonly runOf: Int32Array;
  /** The group of each run, or `NO_GROUP`. */
  readonly group: Int32Array;
}

/** Runs of rows: cell `y * width + x`. */
export function rowRuns({ labels }: EdgeGroups, width: number, height: number): Runs {
  return runsOf(width, height, (line, at) => labels[line * width + at]!);
}

/** Runs of columns: cell `x * height + y`. */
export function columnRuns({ labels }: EdgeGroups, width: number, height: number): Runs {
  return runsOf(height, width, (line, at) => labels[at * width + line]!);
}

function runsOf(length: number, lines: number, labelAt: (line: number, at: number) => number): Runs {
  const runOf = new Int32Array(length * lines);
  const group: number[] = [];
  for (let line = 0; line < lines; line++) {
    let before: number | undefined;
    for (let at = 0; at < length; at++) {
      const label = labelAt(line, at);
      if (label !== before) group.push(label);
      before = label;
      runOf[line * length + at] = group.length - 1;
    }
  }
  return { runOf, group: Int32Array.from(group) };
}
