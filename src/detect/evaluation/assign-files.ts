import type { ImageDataset } from '../../data/dataset.js';

/**
 * Which picture of a data set a file is, by its path, name or id: the picture whose file, or whose id, has the same name (with or
 * without an extension), and of several the one whose path has the most parts at its end in common. -1 where there is none,
 * or where several fit alike.
 */
export function pictureFinder(dataset: ImageDataset): (file: string) => number {
  const places = new Map<string, number[]>();
  const partsOf: string[][] = [];
  for (let index = 0; index < dataset.length; index++) {
    const { id, path = id } = dataset.entry(index);
    const parts = split(path);
    partsOf.push(parts);
    const names = new Set([parts.at(-1)!, stem(parts.at(-1)!), split(id).at(-1)!]);
    for (const name of names) places.set(name, [...(places.get(name) ?? []), index]);
  }
  return (file) => {
    const parts = split(file);
    const name = parts.at(-1) ?? '';
    const found = places.get(name) ?? places.get(stem(name)) ?? [];
    if (found.length <= 1) return found[0] ?? -1;
    const common = found.map((index) => commonEnd(partsOf[index]!.slice(0, -1), parts.slice(0, -1)));
    const most = Math.max(...common);
    return common.filter((length) => length === most).length === 1 ? found[common.indexOf(most)]! : -1;
  };
}

const split = (path: string): string[] => path.split(/[/\\]/u).filter((part) => part !== '' && part !== '.');

const stem = (name: string): string => name.replace(/\.[^.]*$/u, '');

function commonEnd(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a.at(-1 - length) === b.at(-1 - length)) length++;
  return length;
}
