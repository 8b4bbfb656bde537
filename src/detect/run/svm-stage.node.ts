import type { StoredTensor, TensorToStore } from '../../io/safetensors.js';
import { FileError } from '../../runtime/errors.js';
import type { LinearSvm } from '../../svm/linear-svm.js';
import type { WindowSource } from '../features/window-source.js';
import type { TrainingSet } from '../training/examples.js';
import type { MinedClass } from '../training/mining.js';
import type { MiningState } from '../training/mining-state.js';
import { type SvmProgress, trainSvms } from '../training/train-svms.js';
import type { RunFolder } from './run-folder.node.js';
import type { DetectorRecipe, RunEvents } from './settings.js';

const RESULT = 'svm.safetensors';
const SUMMARY = 'svm.json';
const CHECKPOINT = 'svm.checkpoint.safetensors';

export interface SvmResult {
  readonly model: LinearSvm;
  /** A class without positives is not trained. */
  readonly trained: readonly boolean[];
  /** Score of each class above which a window is taken for one. */
  readonly thresholds: readonly number[];
}

/**
 * Trains the classifiers, or loads what an earlier run made.
 * @param scale what features are multiplied with
 * @param saveEvery seconds between saves
 */
export async function svmStage(
  folder: RunFolder,
  source: WindowSource,
  set: TrainingSet,
  scale: number,
  recipe: DetectorRecipe,
  events: RunEvents,
  signal: AbortSignal,
  saveEvery: number,
): Promise<SvmResult> {
  const finished = await folder.readTensors(RESULT);
  if (finished) {
    events.onStage?.('svm', true);
    return storedResult(finished, folder.file(RESULT));
  }
  events.onStage?.('svm', false);
  const kept = await folder.readTensors(CHECKPOINT);
  let saved = performance.now();
  const { model, classes } = await trainSvms(
    source,
    set,
    scale,
    { ...recipe.mining, seed: recipe.seed },
    {
      signal,
      ...(kept && { from: storedProgress(kept, set.classes.length, folder.file(CHECKPOINT)) }),
      onProgress: (done, of) => events.onProgress?.('svm', done, of, done <= of / 2 ? 'objects' : 'hard negatives'),
      onPicture: async (progress) => {
        if (!signal.aborted && performance.now() - saved < saveEvery * 1000) return;
        await writeProgress(folder, progress());
        saved = performance.now();
      },
    },
  );
  for (const [label, { positives }] of classes.entries()) {
    if (positives === 0) events.onNote?.(`${set.classes[label]}: no picture has one, so the detector will find none`);
  }
  const trained = classes.map(({ report }) => report !== null);
  const thresholds = classes.map(({ threshold }) => threshold);
  await folder.writeJson(
    SUMMARY,
    classes.map((found, label) => ({ class: set.classes[label], ...found })),
  );
  await folder.writeTensors(RESULT, modelTensors(model), { trained, thresholds });
  await folder.remove(CHECKPOINT);
  events.onNote?.(summaryLine(classes));
  return { model, trained, thresholds };
}

function summaryLine(classes: readonly MinedClass[]): string {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const [positives, negatives] = [sum(classes.map((own) => own.positives)), sum(classes.map((own) => own.negatives))];
  return `classifiers: ${positives} positives and ${negatives} hard negatives`;
}

function modelTensors({ classes, dimension, weights, bias }: LinearSvm): [string, TensorToStore][] {
  return [
    ['weights', { shape: [classes, dimension], data: weights as Float32Array<ArrayBuffer> }],
    ['bias', { shape: [classes], data: bias as Float32Array<ArrayBuffer> }],
  ];
}

type Stored = {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly about: Readonly<Record<string, unknown>>;
};

function storedResult({ tensors, about }: Stored, file: string): SvmResult {
  const [weights, bias] = [tensors.get('weights'), tensors.get('bias')];
  const { trained, thresholds } = about as Partial<SvmResult>;
  if (!weights || !bias || !Array.isArray(trained) || !Array.isArray(thresholds)) throw damaged(file);
  const [classes, dimension] = weights.shape as [number, number];
  const model = { classes, dimension, weights: weights.data as Float32Array, bias: bias.data as Float32Array };
  return { model, trained, thresholds };
}

/** The state of mining: dual variables are float64, kept as the words that they are made of. */
async function writeProgress(folder: RunFolder, { positives, negatives, state }: SvmProgress): Promise<void> {
  const classes = state.samples.length;
  const dimension = state.weights.length / classes;
  const tensors: [string, TensorToStore][] = [
    ['weights', { shape: [classes, dimension], data: state.weights }],
    ['bias', { shape: [classes], data: state.bias }],
    ['rows', { shape: [state.rows.length / dimension, dimension], data: state.rows }],
  ];
  for (const [label, { rows, targets, alpha }] of state.samples.entries()) {
    const words = new Uint32Array(alpha.buffer, alpha.byteOffset, 2 * alpha.length);
    tensors.push(
      [`${label}.rows`, { shape: [targets.length], data: rows }],
      [`${label}.targets`, { shape: [targets.length], data: targets }],
      [`${label}.alpha`, { shape: [targets.length, 2], data: words }],
    );
  }
  const { begun, fresh } = state;
  await folder.writeTensors(CHECKPOINT, tensors, { positives, negatives, begun, fresh });
}

function storedProgress({ tensors, about }: Stored, classes: number, file: string): SvmProgress {
  const read = <T>(name: string): T => {
    const found = tensors.get(name);
    if (!found) throw damaged(file);
    return found.data as T;
  };
  const { positives, negatives, begun, fresh } = about as unknown as SvmProgress & MiningState;
  if (!Array.isArray(fresh) || fresh.length !== classes) throw damaged(file);
  const state: MiningState = {
    begun,
    fresh: fresh as number[],
    weights: read('weights'),
    bias: read('bias'),
    rows: read('rows'),
    samples: Array.from({ length: classes }, (_, label) => {
      const words = read<Uint32Array<ArrayBuffer>>(`${label}.alpha`);
      return {
        rows: read(`${label}.rows`),
        targets: read(`${label}.targets`),
        alpha: new Float64Array(words.buffer.slice(words.byteOffset, words.byteOffset + words.byteLength)),
      };
    }),
  };
  return { positives, negatives, state };
}

function damaged(file: string): FileError {
  return new FileError(file, 'is damaged', 'remove it, or add --overwrite to begin anew');
}
