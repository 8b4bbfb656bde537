import { isPictureName } from './picture-names.js';

/** What a picture is called. */
export interface PictureCalled {
  /** Path, or name alone. */
  readonly path: string;
  /** Another name of it, such as the id of a data set. */
  readonly id?: string;
}

/**
 * Which of some pictures a path, name or id means, wherever it lies: those whose file or id has the same name, or else the
 * same one without the ending of pictures; of several the ones whose paths have the most folders at their ends in common.
 * @returns places among the pictures: none where there is no such picture, several where they fit alike
 */
export function pictureFinder(pictures: readonly PictureCalled[]): (name: string) => readonly number[] {
  const places = new Map<string, number[]>();
  const folders: string[][] = [];
  for (const [index, { path, id = path }] of pictures.entries()) {
    const parts = split(path);
    const name = parts.pop() ?? '';
    folders.push(parts);
    for (const key of new Set([name, stem(name), split(id).at(-1) ?? ''])) {
      const known = places.get(key);
      if (known) known.push(index);
      else places.set(key, [index]);
    }
  }
  return (given) => {
    const parts = split(given);
    const name = parts.pop() ?? '';
    const found = places.get(name) ?? places.get(stem(name)) ?? [];
    const common = found.map((index) => commonEnd(folders[index]!, parts));
    const most = Math.max(...common);
    return found.filter((_, i) => common[i] === most);
  };
}

const split = (path: string): string[] => path.split(/[/\\]/u).filter((part) => part !== '' && part !== '.');

/** An id may have dots of its own: only endings of pictures count. */
const stem = (name: string): string => (isPictureName(name) ? name.slice(0, name.lastIndexOf('.')) : name);

function commonEnd(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a.at(-1 - length) === b.at(-1 - length)) length++;
  return length;
}
