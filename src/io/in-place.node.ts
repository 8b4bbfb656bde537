import { type FileHandle, stat } from 'node:fs/promises';

/** Whether an open file is still what stands at its path: false once it, or a folder above it, was moved or removed. */
export async function isInPlace(handle: FileHandle, path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return false;
  const { dev, ino } = await handle.stat();
  return found.dev === dev && found.ino === ino;
}
