import { isAbsolute, relative, resolve, sep } from 'node:path';

/** Whether a path is a folder itself or lies below it, as both are written: links are not followed. */
export function isBelow(path: string, folder: string): boolean {
  const way = relative(resolve(folder), resolve(path));
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
