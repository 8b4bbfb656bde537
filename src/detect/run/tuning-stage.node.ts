import type { StoredTensor, TensorToStore } from '../../io/safetensors.js';
import type { Network } from '../../models/network.js';
import { FileError } from '../../runtime/errors.js';
import type { Generator, StreamPosition } from '../../tensor/generator.js';
import type { WindowSource } from '../features/window-source.js';
import type { TrainingSet } from '../training/examples.js';
import { type FineTuneProgress, type FineTuneState, FineTuning, headOf } from '../training/fine-tune.js';
import type { RunFolder } from './run-folder.node.js';
import type { DetectorRecipe, RunEvents } from './settings.js';

const RESULT = 'head.safetensors';
const HISTORY = 'head.json';
const CHECKPOINT = 'head.checkpoint.safetensors';

const PREFIXES = { head: 'head.', optimizer: 'optimizer.', snapshot: 'snapshot.' } as const;

export interface TuningParts {
  readonly network: Network;
  /** What the network's dropout draws from. */
  readonly generator: Generator;
  readonly source: WindowSource;
  readonly train: TrainingSet;
  readonly val: TrainingSet;
  /** What pooled vectors are multiplied with before a fresh head. */
  readonly inputScale: () => Promise<number>;
}

/**
 * Fine-tunes the fully connected layers of the network, or loads what an earlier run made of them.
 * @param saveEvery seconds between saves
 */
export async function tuningStage(
  folder: RunFolder,
  parts: TuningParts,
  recipe: DetectorRecipe,
  events: RunEvents,
  signal: AbortSignal,
  saveEvery: number,
): Promise<void> {
  const { network, generator, source, train, val } = parts;
  const head = headOf(network);
  const finished = await folder.readTensors(RESULT);
  if (finished) {
    events.onStage?.('tuning', true);
    head.loadStateDict(named(finished.tensors, PREFIXES.head));
    return;
  }
  events.onStage?.('tuning', false);
  const inputScale = await parts.inputScale();
  const tuning = new FineTuning(network, source, train, val, { ...recipe.tuning!, inputScale, seed: recipe.seed });
  try {
    const kept = await folder.readTensors(CHECKPOINT);
    if (kept) {
      const { progress, generator: position, optimizer } = kept.about as unknown as CheckpointAbout;
      if (!progress || !position || !optimizer) throw new FileError(folder.file(CHECKPOINT), 'is damaged', 'remove it');
      head.loadStateDict(named(kept.tensors, PREFIXES.head));
      tuning.optimizer.loadStateDict({ tensors: named(kept.tensors, PREFIXES.optimizer), numbers: optimizer });
      generator.loadStateDict(position);
      const snapshot = [...named(kept.tensors, PREFIXES.snapshot)].map(([name, { data }]) => [name, data] as const);
      tuning.resume(progress, new Map(snapshot));
    }
    let saved = performance.now();
    const history = await tuning.run({
      signal,
      onProgress: (step, of, loss) => events.onProgress?.('tuning', step, of, `loss ${loss.toFixed(3)}`),
      onValidation: ({ step, trainLoss, valLoss, valAccuracy }) =>
        events.onNote?.(
          `step ${step}: loss ${trainLoss.toFixed(3)}, held-out loss ${valLoss.toFixed(3)}, ${(100 * valAccuracy).toFixed(1)} % of its windows right`,
        ),
      onChunk: async (state) => {
        if (!signal.aborted && performance.now() - saved < saveEvery * 1000) return;
        await save(folder, network, generator, state);
        saved = performance.now();
      },
    });
    await folder.writeTensors(RESULT, await prefixed(head.stateDict(), PREFIXES.head), {});
    await folder.writeJson(HISTORY, history);
    await folder.remove(CHECKPOINT);
  } finally {
    tuning.dispose();
  }
}

interface CheckpointAbout {
  readonly progress?: FineTuneProgress;
  readonly generator?: StreamPosition;
  readonly optimizer?: Readonly<Record<string, number>>;
}

async function save(folder: RunFolder, network: Network, generator: Generator, state: FineTuneState): Promise<void> {
  const { progress, optimizer, snapshot } = state;
  const weights = headOf(network).stateDict();
  const { tensors, numbers } = optimizer.stateDict();
  const best = [...snapshot].map(([name, data]): [string, TensorToStore] => [
    PREFIXES.snapshot + name,
    { shape: weights.get(name)!.shape, data: data as Float32Array<ArrayBuffer> },
  ]);
  const all = [...(await prefixed(weights, PREFIXES.head)), ...(await prefixed(tensors, PREFIXES.optimizer)), ...best];
  await folder.writeTensors(CHECKPOINT, all, { progress, generator: generator.stateDict(), optimizer: numbers });
}

async function prefixed(
  tensors: ReadonlyMap<string, { readonly shape: readonly number[]; data(): Promise<unknown> }>,
  prefix: string,
): Promise<[string, TensorToStore][]> {
  const entries = [...tensors].map(
    async ([name, tensor]): Promise<[string, TensorToStore]> => [
      prefix + name,
      { shape: tensor.shape, data: (await tensor.data()) as Float32Array<ArrayBuffer> },
    ],
  );
  return Promise.all(entries);
}

function named(
  tensors: ReadonlyMap<string, StoredTensor>,
  prefix: string,
): Map<string, { shape: number[]; data: Float32Array<ArrayBuffer> }> {
  return new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, { shape, data }]) => [
        name.slice(prefix.length),
        { shape, data: data as Float32Array<ArrayBuffer> },
      ]),
  );
}
