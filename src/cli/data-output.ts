import { existsSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { type DataFormat, recogniseFormat } from '../data/open-dataset.node.js';
import { FileError } from '../runtime/errors.js';

/** Folders of VOC's layout that are read. */
const VOC_FOLDERS = ['Annotations', 'ImageSets', 'JPEGImages'];

/** Data files of the layouts that are files: lists, and IDX files. */
const DATA_FILE = /\.txt$|[-.]idx\d-ubyte(?:\.gz)?$/iu;

const WAY_OUT = 'write outside the data set';

/**
 * Refuses a place for output that would become a part of a data set, before anything is written: a folder in a folder of
 * classes would be a class without pictures from then on.
 * @param out a file or folder that need not exist
 * @throws FileError for such a place; a data set that is not there is left to those who read it
 */
export async function keepOffData(out: string, data: string, format: DataFormat): Promise<void> {
  const stats = await stat(data).catch(() => undefined);
  if (!stats) return;
  const [root, target] = [await realpath(data), await futureRealpath(resolve(out))];
  if (!stats.isDirectory()) {
    if (target === root) throw new FileError(out, 'is the list of the data set', WAY_OUT);
    return;
  }
  const below = relative(root, target);
  if (below === '') throw new FileError(out, "is the data set's own folder", WAY_OUT);
  const segments = below.split(sep);
  if (segments[0] === '..' || isAbsolute(below)) return;
  const layout = await recogniseFormat(data, format);
  const isRead =
    layout === 'voc'
      ? segments.some((name) => VOC_FOLDERS.includes(name))
      : layout === 'folder' || layout === 'caltech101' || (DATA_FILE.test(basename(target)) && existsSync(target));
  if (isRead) throw new FileError(out, `lies in the data set ${data}, which it would change`, WAY_OUT);
}

/** Where a path leads once it exists: links of the folders that there are count. */
async function futureRealpath(path: string): Promise<string> {
  const parent = dirname(path);
  return realpath(path).catch(async () =>
    parent === path ? path : join(await futureRealpath(parent), basename(path)),
  );
}
