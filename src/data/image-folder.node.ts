import { basename, join, resolve } from 'node:path';
import { FileError } from '../runtime/errors.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { datasetOf, type ImageDataset, type ImageEntry } from './dataset.js';
import { loadImage } from './decode.node.js';
import { isPictureName } from './picture-names.js';
import { listFolder, walkFolder } from './walk-folder.node.js';

export interface ImageFolderOptions {
  /** Class folders to leave out, by name. */
  exclude?: readonly string[];
  /** A class with fewer pictures is an error; 2 by default, so that one can be held out. */
  minPerClass?: number;
}

const NAMES: OptionNames<ImageFolderOptions> = { exclude: true, minPerClass: true };

/** A data set that also says what lies in its folder beside pictures in class folders. Paths start at the folder, with `/`. */
export interface ImageFolder extends ImageDataset {
  /** Files that are not pictures by their names, and folders without pictures that have the names of pictures: left out. */
  readonly ignored: readonly string[];
  /** Pictures beside the class folders: left out, since they have no class. */
  readonly loose: readonly string[];
  /** Folders within class folders, and how many pictures were taken from each into the class. */
  readonly nested: ReadonlyMap<string, number>;
}

/**
 * One folder per class; its pictures (PNG, JPEG) lie in it or in folders below it, as torchvision's ImageFolder has it.
 * Classes and pictures are sorted by name (code units), hidden files and folders are passed over, a folder that links lead
 * to twice counts once in a class. Throws FileError for a folder without class folders and for a class with too few pictures.
 */
export async function openImageFolder(root: string, options: ImageFolderOptions = {}): Promise<ImageFolder> {
  checkOptions('openImageFolder', options, NAMES);
  const { exclude = [], minPerClass = 2 } = options;
  const top = await listFolder(root);
  const classes = top.folders.filter((name) => !exclude.includes(name));
  if (classes.length === 0)
    throw new FileError(root, 'has no class folders', 'give a folder with one folder per class');
  const entries: ImageEntry[] = [];
  const ignored = top.files.filter((file) => !isPictureName(file));
  const nested = new Map<string, number>();
  for (const [label, name] of classes.entries()) {
    const folder = join(root, name);
    const { files, folders } = await walkFolder(folder);
    const pictures = files.filter(isPictureName);
    if (classes.length === 1) refuseFolderOfFolders(root, name, pictures);
    if (pictures.length < minPerClass) {
      const problem = pictures.length === 0 ? 'has no pictures' : `has only ${pictures.length} of the ${minPerClass}`;
      const needed = pictures.length === 0 ? '' : ' pictures that a class needs';
      throw new FileError(folder, problem + needed, 'add PNG or JPEG files or remove the folder');
    }
    for (const file of pictures) {
      entries.push({ id: `${name}/${file}`, label, path: resolve(folder, file) });
      const inner = file.slice(0, Math.max(0, file.lastIndexOf('/')));
      if (inner !== '') nested.set(`${name}/${inner}`, (nested.get(`${name}/${inner}`) ?? 0) + 1);
    }
    const empty = folders.filter((inner) => isPictureName(inner) && !pictures.some((file) => isWithin(file, inner)));
    const left = [...files.filter((file) => !isPictureName(file)), ...empty.map((inner) => `${inner}/`)];
    ignored.push(...left.map((file) => `${name}/${file}`));
  }
  const picture = (index: number) => loadImage(entries[index]!.path!);
  const dataset = datasetOf(basename(resolve(root)), classes, entries, picture);
  return { ...dataset, ignored, loose: top.files.filter(isPictureName), nested };
}

const isWithin = (file: string, folder: string): boolean => file.startsWith(`${folder}/`);

/** One class whose pictures all lie in folders of its own: those are more likely the classes, and nothing is learned of one. */
function refuseFolderOfFolders(root: string, name: string, pictures: readonly string[]): void {
  const inner = new Set(pictures.map((file) => file.slice(0, Math.max(0, file.indexOf('/')))));
  if (inner.size < 2 || inner.has('')) return;
  const problem = `has one class folder only, ${name}, whose ${pictures.length} pictures lie in ${inner.size} folders`;
  throw new FileError(root, problem, `give ${join(root, name)} if those are the classes`);
}
