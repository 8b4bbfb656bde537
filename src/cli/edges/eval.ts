import type { Command } from 'commander';
import { openBoundaries } from '../../data/boundary-folder.node.js';
import {
  type BoundaryCounts,
  type BoundaryScores,
  boundaryScores,
  countBoundaries,
} from '../../detect/edges/boundary-score.js';
import { edgeOrientation } from '../../detect/edges/orientation.js';
import { thinEdges } from '../../detect/edges/thin-edges.js';
import { textTable } from '../../report/text-table.js';
import { GROUPS } from '../help.js';
import { interruptible } from '../interrupt.js';
import { problemOf, reportLeftOut } from '../left-out.js';
import { wholeNumber, withCommonOptions } from '../options.js';
import { print, printJson, say } from '../output.js';
import { Progress } from '../progress.js';
import { type EdgeSourceOptions, withEdgeSource, withEdges } from './source.js';

interface EdgeEvalOptions extends EdgeSourceOptions {
  readonly data: string;
  readonly limit?: number;
}

/** Pixels at the border over which edges fade out before they are judged. */
const BORDER = 5;

/** `sppgpu edges eval`: how well a net, or gradients, find the boundaries that people marked. */
export function addEdgesEval(edges: Command): void {
  const command = edges
    .command('eval')
    .description('F-measure of boundaries on held-out pictures, within 0.0075 of the diagonal')
    .optionsGroup(GROUPS.common)
    .requiredOption('--data <folder>', 'folder with val/images and val/boundaries');
  withEdgeSource(command).option('--limit <n>', 'the first n pictures only', wholeNumber(1));
  withCommonOptions(command).action((options: EdgeEvalOptions) => interruptible((signal) => evaluate(options, signal)));
}

async function evaluate(options: EdgeEvalOptions, signal: AbortSignal): Promise<void> {
  const { set, withoutBoundaries } = await openBoundaries(options.data, 'val');
  for (const name of withoutBoundaries) say(`left out: ${name} has no boundaries`);
  const count = Math.min(set.length, options.limit ?? set.length);
  const pictures: BoundaryCounts[] = [];
  const failures: string[] = [];
  let seconds = 0;
  await withEdges(options, async (source) => {
    const progress = new Progress('edges eval:', count, 'pictures');
    for (let i = 0; i < count; i++) {
      signal.throwIfAborted();
      try {
        const annotated = await set.load(i);
        const started = performance.now();
        const map = await source(annotated.image);
        seconds += (performance.now() - started) / 1000;
        const thin = thinEdges(map, edgeOrientation(map), { border: BORDER });
        pictures.push(countBoundaries(thin, annotated));
      } catch (error) {
        failures.push(problemOf(error, set.id(i), { signal }));
      }
      progress.update(i + 1);
    }
    progress.stop();
  });
  if (pictures.length > 0) tell(boundaryScores(pictures), pictures.length, seconds / pictures.length, options);
  reportLeftOut('edges eval', failures, count);
}

function tell({ ods, ois, ap }: BoundaryScores, images: number, seconds: number, options: EdgeEvalOptions): void {
  const { f, threshold, precision, recall } = ods;
  if (options.json) {
    printJson({ ods: f, ois, ap, threshold, precision, recall, images, seconds });
    return;
  }
  const header = ['ODS', 'OIS', 'AP', 'precision', 'recall', 'threshold', 'pictures', 's per picture'];
  const row = [f, ois, ap, precision, recall].map((value) => value.toFixed(3));
  print(`${textTable(header, [[...row, threshold.toFixed(2), String(images), seconds.toFixed(2)]])}\n`);
}
