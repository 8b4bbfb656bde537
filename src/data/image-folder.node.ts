import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { withFileErrors } from '../io/file-errors.node.js';
import { FileError } from '../runtime/errors.js';
import { datasetOf, type ImageDataset, type ImageEntry } from './dataset.js';
import { loadImage } from './decode.node.js';

/** Files that are taken for pictures; what they really are is seen when they are decoded. */
const EXTENSIONS = new Set(['.jpg', '.jpeg', '.jpe', '.png']);

export interface ImageFolderOptions {
  /** Class folders to leave out, by name. */
  exclude?: readonly string[];
  /** A class with fewer pictures is an error; 2 by default, so that one can be held out. */
  minPerClass?: number;
}

/** A data set that also says which files in its folders were passed over. */
export interface ImageFolder extends ImageDataset {
  ignored: readonly string[];
}

/**
 * One folder a class, pictures (PNG, JPEG) directly inside. Classes and pictures are sorted by name (code units), hidden
 * files are passed over. Throws FileError for a folder without class folders and for a class with too few pictures.
 */
export async function openImageFolder(root: string, options: ImageFolderOptions = {}): Promise<ImageFolder> {
  const { exclude = [], minPerClass = 2 } = options;
  const classes = (await names(root, 'folder')).filter((name) => !exclude.includes(name));
  if (classes.length === 0) throw new FileError(root, 'has no class folders', 'give a folder with one folder a class');
  const entries: ImageEntry[] = [];
  const ignored: string[] = [];
  for (const [label, name] of classes.entries()) {
    const folder = join(root, name);
    const files = await names(folder, 'file');
    const pictures = files.filter(isPicture);
    ignored.push(...files.filter((file) => !isPicture(file)).map((file) => join(name, file)));
    if (pictures.length < minPerClass) {
      const problem = pictures.length === 0 ? 'has no pictures' : `has only ${pictures.length} of the ${minPerClass}`;
      const needed = pictures.length === 0 ? '' : ' pictures a class needs';
      throw new FileError(folder, problem + needed, 'add PNG or JPEG files or remove the folder');
    }
    entries.push(...pictures.map((file) => ({ id: `${name}/${file}`, label, path: resolve(folder, file) })));
  }
  const picture = (index: number) => loadImage(entries[index]!.path!);
  return { ...datasetOf(basename(resolve(root)), classes, entries, picture), ignored };
}

function isPicture(file: string): boolean {
  return EXTENSIONS.has(extname(file).toLowerCase());
}

/** Names of the visible folders or files in a folder (links count as what they point to), sorted. */
async function names(folder: string, kind: 'file' | 'folder'): Promise<string[]> {
  return withFileErrors(folder, async () => {
    const found: string[] = [];
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue;
      const link = entry.isSymbolicLink() ? await stat(join(folder, entry.name)).catch(() => undefined) : undefined;
      const type = link ?? entry;
      if (kind === 'folder' ? type.isDirectory() : !type.isDirectory()) found.push(entry.name);
    }
    return found.sort();
  });
}
