import { SppgpuError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';
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
      const problem = `class ${quoted(dataset.classes[label])} has ${members.length} pictures`;
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

/**
 * Holds a share of every class out, at least one item of a class with two or more (multi-label sets go by the first class).
 * Both parts keep the order of the data set; the same seed gives the same split. Throws SppgpuError for a share outside 0..1.
 */
export function holdOut(
  dataset: ImageDataset,
  { share, seed }: { share: number; seed: number },
): { train: ImageDataset; test: ImageDataset } {
  if (!(share > 0 && share < 1)) throw new SppgpuError(`${dataset.name}: cannot hold out ${share}; give 0.01 to 0.99`);
  const byClass = new Map<number, number[]>();
  for (let i = 0; i < dataset.length; i++) {
    const { label } = dataset.entry(i);
    const members = byClass.get(label);
    if (members) members.push(i);
    else byClass.set(label, [i]);
  }
  const held = new Set<number>();
  for (const [label, members] of byClass) {
    itemRng(seed, PURPOSE.classSplit, 0, label + 1).shuffle(members);
    const count =
      members.length < 2 ? 0 : Math.min(members.length - 1, Math.max(1, Math.round(members.length * share)));
    for (const index of members.slice(0, count)) held.add(index);
  }
  const indices = Array.from({ length: dataset.length }, (_, i) => i);
  return {
    train: subset(
      dataset,
      indices.filter((i) => !held.has(i)),
      `${dataset.name} train`,
    ),
    test: subset(
      dataset,
      indices.filter((i) => held.has(i)),
      `${dataset.name} held out`,
    ),
  };
}

/** Several parts of one data set, one after the other. Throws SppgpuError for parts of different classes. */
export function concatenateDatasets(parts: readonly ImageDataset[]): ImageDataset {
  const first = parts[0];
  if (!first) throw new SppgpuError('concatenateDatasets: no data sets; give at least one');
  if (parts.length === 1) return first;
  const odd = parts.find(({ classes }) => JSON.stringify(classes) !== JSON.stringify(first.classes));
  if (odd) throw new SppgpuError(`${odd.name}: its classes are not those of ${first.name}; give parts of one data set`);
  const places = parts.flatMap((part) => Array.from({ length: part.length }, (_, index) => ({ part, index })));
  const name = parts.map((part) => part.name).join(' + ');
  const at = (index: number) => {
    const place = places[index];
    if (!place) throw new SppgpuError(`${name}: no item ${index}; it has ${places.length}`);
    return place;
  };
  return {
    name,
    classes: first.classes,
    length: places.length,
    entry: (index) => at(index).part.entry(at(index).index),
    item: async (index) => at(index).part.item(at(index).index),
  };
}
