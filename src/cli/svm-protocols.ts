import { runCaltech101, runVoc07 } from '../classify/protocols.js';
import type { ProtocolOptions } from '../classify/svm-protocols.js';
import { openCaltech101Folder } from '../data/caltech101.node.js';
import type { ImageDataset } from '../data/dataset.js';
import { folderNotes } from '../data/folder-notes.js';
import { concatenateDatasets } from '../data/subset.js';
import { openVocParts } from '../data/voc.node.js';
import { FileError, SppgpuError } from '../runtime/errors.js';
import { printable } from '../runtime/quote.js';
import type { AveragePrecisionMethod } from '../svm/average-precision.js';
import type { FeatureMatrix } from '../svm/features.js';
import { gramPays } from '../svm/gram.js';
import type { LinearSvm } from '../svm/linear-svm.js';
import { trainOneVsRest } from '../svm/one-vs-rest.js';
import { type Targets, targetsFromLabels, targetsFromPresence } from '../svm/targets.js';
import { Rng } from '../tensor/rng.js';
import { reportNotes } from './data-options.js';

export const PROTOCOLS = ['caltech101', 'voc07'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export interface ProtocolSettings extends ProtocolOptions {
  readonly splits?: number;
  readonly train?: number;
  readonly maximumTest?: number;
  readonly method?: AveragePrecisionMethod;
  /** Give classifiers to keep as well. */
  readonly keep?: boolean;
}

/** What a protocol says of one kind of features, as `--json` prints it. */
export interface ProtocolResult {
  readonly c: number;
  readonly map?: number;
  readonly accuracy?: number;
  /** Over splits; null where there is one only. */
  readonly deviation: number | null;
  readonly gap: number;
  /** Class by class: average precision or accuracy. */
  readonly perClass: readonly number[];
  /**
   * Where they were asked to be kept: of VOC the classifiers that were judged, of Caltech-101, whose splits are many, others
   * that were trained on all pictures with the C of most splits.
   */
  readonly model?: LinearSvm;
}

/** The data of a protocol, and how features of it are judged. */
export interface OpenProtocol {
  readonly dataset: ImageDataset;
  /** @param indices positions in the data set of the rows of `features` */
  judge(features: FeatureMatrix, indices: readonly number[], settings: ProtocolSettings): Promise<ProtocolResult>;
}

/** Opens a folder under the Caltech-101 or the VOC 2007 protocol. Throws FileError, or SppgpuError for too small classes. */
export function openProtocol(protocol: Protocol, data: string, seed: number): Promise<OpenProtocol> {
  return protocol === 'caltech101' ? openCaltech(data) : openVocProtocol(data, seed);
}

async function openCaltech(data: string): Promise<OpenProtocol> {
  const dataset = await openCaltech101Folder(data);
  reportNotes(folderNotes(dataset));
  return {
    dataset,
    judge: async (features, indices, { keep, method, ...settings }) => {
      const labels = indices.map((index) => dataset.entry(index).label);
      const { accuracy, deviation, c, gap, perClass } = await runCaltech101(
        features,
        labels,
        dataset.classes.length,
        settings,
      );
      const result = { accuracy, deviation, c: mostFrequent(c), gap, perClass };
      if (!keep) return result;
      const targets = targetsFromLabels(labels, dataset.classes.length);
      return { ...result, model: await trainOnAll(features, targets, { ...settings, c: result.c }) };
    },
  };
}

/** Train, val and test where there are lists of all three; else a third of the first chooses C, and the second is the test part. */
async function openVocProtocol(data: string, seed: number): Promise<OpenProtocol> {
  const parts = await openVocParts(data);
  if (parts.length === 1) {
    throw new FileError(data, 'has no val.txt or test.txt in ImageSets/Main', 'add a list of pictures to test on');
  }
  const dataset = concatenateDatasets(parts);
  const ends = parts.map((_, i) => parts.slice(0, i + 1).reduce((sum, { length }) => sum + length, 0));
  return {
    dataset,
    judge: async (features, indices, { keep, splits, train, maximumTest, ...settings }) => {
      const partOf = (index: number): number => ends.findIndex((end) => index < end);
      const rows = (part: number): Int32Array =>
        Int32Array.from(indices.flatMap((index, row) => (partOf(index) === part ? [row] : [])));
      const split =
        parts.length === 3
          ? { train: rows(0), val: rows(1), test: rows(2) }
          : { ...holdThird(rows(0), seed), test: rows(1) };
      const targets = presenceTargets(dataset, indices);
      const { map, c, gap, perClass, svm } = await runVoc07(features, targets, split, settings);
      return { map, deviation: null, c, gap, perClass, ...(keep && { model: svm.model }) };
    },
  };
}

async function trainOnAll(
  features: FeatureMatrix,
  targets: Targets,
  { products, c, classWeights, seed }: ProtocolSettings & { readonly c: number },
): Promise<LinearSvm> {
  const gram = products && gramPays(features) ? await products(features) : undefined;
  const options = { c, ...(classWeights && { classWeights }), ...(seed !== undefined && { seed }) };
  return trainOneVsRest(features, targets, options, gram).model;
}

function holdThird(rows: Int32Array, seed: number): { train: Int32Array; val: Int32Array } {
  const shuffled = new Rng(seed).shuffle(rows.slice());
  const cut = Math.round(rows.length / 3);
  return { train: shuffled.slice(cut).sort(), val: shuffled.slice(0, cut).sort() };
}

function presenceTargets(dataset: ImageDataset, indices: readonly number[]): Targets {
  const presence = indices.map((index) => {
    const { labels, id } = dataset.entry(index);
    if (!labels) {
      throw new SppgpuError(
        `${dataset.name}: ${printable(id, 200)} has no list of classes; give data in the layout of VOC`,
      );
    }
    return labels;
  });
  return targetsFromPresence(presence, dataset.classes.length);
}

function mostFrequent(values: readonly number[]): number {
  const count = (value: number): number => values.filter((other) => other === value).length;
  return values.reduce((best, value) => (count(value) > count(best) ? value : best));
}
