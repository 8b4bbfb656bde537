import type { ImageLoader } from '../data/loader.js';
import type { Network } from '../models/network.js';
import { SppgpuError } from '../runtime/errors.js';
import { printable } from '../runtime/quote.js';
import { averagePrecisions, meanAveragePrecision } from '../svm/average-precision.js';
import { targetsFromPresence } from '../svm/targets.js';
import { type EvaluateOptions, type ScoredPictures, scorePictures } from './score-pictures.js';
import type { ViewProtocol } from './views.js';

/** What a network said of every picture of a data set whose pictures have any number of classes. */
export interface LabelEvaluation extends ScoredPictures {
  readonly images: number;
  /** Mean over the classes that have a positive, by VOC 2007's 11 points; NaN where none has. */
  readonly map: number;
  /** The same by the area under the curve (VOC 2010 and later). */
  readonly mapAllPoints: number;
  /** Average precision of each class by both measures, NaN without a positive; and how many positives it has. */
  readonly perClass: readonly { readonly ap: number; readonly apAllPoints: number; readonly positives: number }[];
  /** Binary cross-entropy of the averaged probabilities, summed over classes, mean over pictures. */
  readonly loss: number;
}

/** How right the scores of pictures are, where each has any number of classes. */
export type JudgedLabels = Omit<LabelEvaluation, keyof ScoredPictures>;

/** A probability nearer to 0 cannot be told from it once subtracted from 1. */
const SMALLEST = Number.EPSILON / 2;

/** See `evaluateLabels`. */
export async function evaluateLabels(
  network: Network,
  loader: ImageLoader,
  protocol: ViewProtocol,
  options: EvaluateOptions = {},
): Promise<LabelEvaluation> {
  const { classes } = network.architecture;
  const presence: (readonly number[])[] = [];
  const scored = await scorePictures(network, loader, protocol, { ...options, labels: 'multi' }, ({ id, labels }) => {
    if (labels?.length !== classes) {
      const found = labels ? `${labels.length} classes` : 'no list of classes';
      throw new SppgpuError(
        `${printable(id, 200)}: has ${found}, the model scores ${classes}; give the data it was trained for`,
      );
    }
    presence.push(labels);
  });
  return { ...scored, ...judgeLabels(scored.scores, presence, classes) };
}

/** Judges probabilities, [pictures, classes], by what is present in each picture: 1, 0 (difficult only), -1. */
export function judgeLabels(
  scores: Float64Array,
  presence: readonly (readonly number[])[],
  classes: number,
): JudgedLabels {
  const targets = targetsFromPresence(presence, classes);
  const elevenPoints = averagePrecisions(scores, targets, '11point');
  const allPoints = averagePrecisions(scores, targets, 'allPoint');
  return {
    images: presence.length,
    map: meanAveragePrecision(elevenPoints),
    mapAllPoints: meanAveragePrecision(allPoints),
    perClass: elevenPoints.map((ap, c) => ({
      ap,
      apAllPoints: allPoints[c]!,
      positives: presence.filter((own) => own[c]! > 0).length,
    })),
    loss: presence.reduce((sum, own, i) => sum + lossOf(scores.subarray(i * classes), own), 0) / presence.length,
  };
}

function lossOf(scores: Float64Array, presence: readonly number[]): number {
  return presence.reduce((sum, value, c) => {
    if (value === 0) return sum;
    return sum - Math.log(Math.max(value > 0 ? scores[c]! : 1 - scores[c]!, SMALLEST));
  }, 0);
}
