import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isPictureName } from '../../data/picture-names.js';
import { walkFolder } from '../../data/walk-folder.node.js';
import { FileError } from '../../runtime/errors.js';

/** The pictures that a command was given. */
export interface PictureFiles {
  readonly files: readonly string[];
  /** Folders without a picture, or that cannot be read. */
  readonly failures: readonly FileError[];
  /** Visible files in the folders that are passed over: by their names they are not pictures. */
  readonly ignored: readonly string[];
}

/**
 * Files as they were given, and the pictures in folders and in the folders below them, sorted by path (code units); hidden
 * ones are passed over.
 */
export async function pictureFiles(paths: readonly string[]): Promise<PictureFiles> {
  const files: string[] = [];
  const failures: FileError[] = [];
  const ignored: string[] = [];
  for (const path of paths) {
    const stats = await stat(path).catch(() => undefined);
    if (!stats?.isDirectory()) {
      // What is wrong with a file is seen when it is decoded.
      files.push(path);
      continue;
    }
    try {
      const all = (await walkFolder(path)).files.map((name) => join(path, name));
      const pictures = all.filter(isPictureName);
      if (pictures.length === 0) throw new FileError(path, 'has no PNG or JPEG files', 'give a folder of pictures');
      files.push(...pictures);
      ignored.push(...all.filter((file) => !isPictureName(file)));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      failures.push(error);
    }
  }
  return { files, failures, ignored };
}
