import type { ImageLoader } from '../data/loader.js';
import type { Network } from '../models/network.js';
import { SppgpuError } from '../runtime/errors.js';
import { aloneWhereFailing } from './alone.js';
import { type ClassifyOptions, classifyViews } from './score-views.js';
import type { ViewProtocol } from './views.js';

export interface EvaluateOptions extends Omit<ClassifyOptions, 'labels'> {
  readonly onProgress?: (images: number) => void;
}

/** Class probabilities of every readable picture of a loader. */
export interface ScoredPictures {
  /** [images, classes] */
  readonly scores: Float64Array;
  readonly ids: readonly string[];
  /** Mean views of a picture (narrow ones have fewer distinct positions). */
  readonly viewsPerImage: number;
  readonly seconds: number;
}

/** A picture's place in the data set, as an evaluation may want to know it. */
interface Labelled {
  readonly id: string;
  readonly label: number;
  readonly labels?: readonly number[];
}

/**
 * Looks at every readable picture of a loader under one protocol; one that the network cannot look at (it takes more memory than
 * there is, say) is left out like an unreadable one.
 * @param onPicture told each picture's labels, in the order of the scores; may throw
 * @throws SppgpuError where no picture was readable; the reason of `signal` when it aborts
 */
export async function scorePictures(
  network: Network,
  loader: ImageLoader,
  protocol: ViewProtocol,
  { onProgress, ...options }: EvaluateOptions & Pick<ClassifyOptions, 'labels'>,
  onPicture: (picture: Labelled) => void,
): Promise<ScoredPictures> {
  const { signal } = options;
  const start = performance.now();
  const ids: string[] = [];
  const scores: number[] = [];
  let views = 0;
  for await (const { items } of loader.epoch(0, signal ? { signal } : {})) {
    const outcomes = await aloneWhereFailing(items, (part) =>
      classifyViews(
        network,
        part.map(({ image }) => image),
        protocol,
        options,
      ),
    );
    for (const { items: part, result } of outcomes) {
      if (result instanceof SppgpuError) {
        loader.leaveOut(part[0]!.index, result);
        continue;
      }
      for (const item of part) {
        onPicture(item);
        ids.push(item.id);
      }
      for (const score of result.scores) scores.push(score);
      views += result.views.reduce((sum, count) => sum + count, 0);
    }
    onProgress?.(ids.length);
  }
  // A part of a data set may be empty, or have nothing that is readable: whether all is well is known with the others.
  if (ids.length === 0 && !loader.isPart)
    throw new SppgpuError(`${loader.dataset.name}: no picture was readable; check the data set`);
  return {
    scores: Float64Array.from(scores),
    ids,
    viewsPerImage: views / ids.length,
    seconds: (performance.now() - start) / 1000,
  };
}
