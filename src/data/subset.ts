import { SppgpuError } from '../runtime/errors.js';
import type { ImageDataset } from './dataset.js';
import { itemRng, PURPOSE } from './rng.js';

/** The items at `indices`, in that order. */
export function subset(dataset: ImageDataset, indices: ArrayLike<number>, name = dataset.name): ImageDataset {
  const at = (index: number): number => {
    const found = indices[index];
    if (found === undefined) throw new SppgpuError(`${name}: no item ${index}; it has ${indices.length}`);
    return found;
  };
  return {
    name,
    classes: dataset.classes,
    length: indices.length,
    entry: (index) => dataset.entry(at(index)),
    item: async (index) => dataset.item(at(index)),
  };
}

/**
 * Random split class by class: `train` items of every class, and up to `test` of its others. Both parts keep the order of
 * the data set; the same seed gives the same split. Throws SppgpuError when a class has too few for one test item.
 */
export function splitPerClass(
  dataset: ImageDataset,
  { train, test = Number.POSITIVE_INFINITY, seed }: { train: number; test?: number; seed: number },
): { train: ImageDataset; test: ImageDataset } {
  const byClass: number[][] = dataset.classes.map(() => []);
  for (let i = 0; i < dataset.length; i++) byClass[dataset.entry(i).label]!.push(i);
  const trainIndices: number[] = [];
  const testIndices: number[] = [];
  for (const [label, members] of byClass.entries()) {
    if (members.length <= train) {
      const problem = `class ${JSON.stringify(dataset.classes[label])} has ${members.length} pictures`;
      throw new SppgpuError(`${dataset.name}: ${problem}, too few to train on ${train}; lower the number`);
    }
    itemRng(seed, PURPOSE.classSplit, 0, label).shuffle(members);
    trainIndices.push(...members.slice(0, train));
    testIndices.push(...members.slice(train, train + test));
  }
  const part = (indices: number[], suffix: string) =>
    subset(
      dataset,
      indices.sort((a, b) => a - b),
      `${dataset.name} ${suffix}`,
    );
  return { train: part(trainIndices, 'train'), test: part(testIndices, 'test') };
}
