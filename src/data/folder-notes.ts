import { printable } from '../runtime/quote.js';
import type { ImageFolder } from './image-folder.node.js';

/** What a user would want to know of an image folder: what was left out, and what was taken from folders within classes. */
export function folderNotes({ name, length, ignored, loose, nested }: Omit<ImageFolder, 'item' | 'entry'>): string[] {
  const notes: string[] = [];
  if (nested.size > 0) {
    const count = [...nested.values()].reduce((sum, pictures) => sum + pictures, 0);
    const [lie, their] = count === 1 ? ['lies', 'its'] : ['lie', 'their'];
    const where = some([...nested.keys()].map((folder) => `${folder}/`));
    notes.push(`${name}: ${count} of ${length} pictures ${lie} in folders within ${their} class folder: ${where}`);
  }
  if (loose.length > 0) {
    const lie = loose.length === 1 ? 'picture lies' : 'pictures lie';
    notes.push(`${name}: ${loose.length} ${lie} beside the class folders, left out: ${some(loose)}`);
  }
  if (ignored.length > 0) {
    const are = ignored.length === 1 ? 'file is' : 'files are';
    notes.push(`${name}: ${ignored.length} ${are} not PNG or JPEG, left out: ${some(ignored)}`);
  }
  return notes;
}

/** The first names of a list. */
function some(names: readonly string[]): string {
  return (
    names
      .slice(0, 3)
      .map((name) => printable(name, 100))
      .join(', ') + (names.length > 3 ? ', ...' : '')
  );
}
