import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type OptionNames, requireOptions } from '../runtime/options.js';
import type { ImageDataset } from './dataset.js';
import { folderNotes } from './folder-notes.js';
import { type ImageFolder, openImageFolder } from './image-folder.node.js';
import { splitPerClass } from './subset.js';

export interface Caltech101Options {
  seed: number;
  /** Training pictures per class. */
  train?: number;
  /** Most test pictures per class. */
  test?: number;
  /** Whether BACKGROUND_Google counts as a class, as it does in the usual 102-class protocol. */
  background?: boolean;
}

const NAMES: OptionNames<Caltech101Options> = { seed: true, train: true, test: true, background: true };

/**
 * Caltech-101 (or any image folder) under its usual protocol: 30 training and up to 50 test pictures per class, chosen by the
 * seed. `root` is the folder of the class folders or the one above (`101_ObjectCategories`). `notes` say what was left out.
 * Throws FileError, or SppgpuError for a class with too few pictures.
 */
export async function openCaltech101(
  root: string,
  options: Caltech101Options,
): Promise<{ train: ImageDataset; test: ImageDataset; notes: readonly string[] }> {
  requireOptions('openCaltech101', options, NAMES);
  const { seed, train = 30, test = 50, background = true } = options;
  const whole = await openCaltech101Folder(root, background ? [] : ['BACKGROUND_Google']);
  return { ...splitPerClass(whole, { train, test, seed }), notes: folderNotes(whole) };
}

/** All pictures of Caltech-101, or of any image folder. Throws FileError. */
export async function openCaltech101Folder(root: string, exclude: readonly string[] = []): Promise<ImageFolder> {
  const inner = join(root, '101_ObjectCategories');
  const isInside = await stat(inner).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  return openImageFolder(isInside ? inner : root, { exclude });
}
