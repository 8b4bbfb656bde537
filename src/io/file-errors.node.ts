import { FileError, SppgpuError } from '../runtime/errors.js';

/** What went wrong and what to do, by the system's error code. */
const EXPLANATIONS: Record<string, readonly [problem: string, wayOut: string]> = {
  ENOENT: ['no such file or folder', 'check the path'],
  EACCES: ['permission denied', 'change the permissions or choose another path'],
  EPERM: ['operation not permitted', 'change the permissions or choose another path'],
  EROFS: ['the file system is read-only', 'choose a path on a writable one'],
  ENOSPC: ['no space left on the disk', 'free some space or choose another disk'],
  EDQUOT: ['the disk quota is used up', 'free some space or choose another disk'],
  EFBIG: ['the file would be larger than the system allows', 'choose another disk or raise the limit (ulimit -f)'],
  EISDIR: ['is a folder', 'give the path of a file'],
  ENOTDIR: ['a part of the path is a file, not a folder', 'check the path'],
  EEXIST: ['a file is in the way', 'remove it or choose another path'],
  ENAMETOOLONG: ['the name is too long', 'choose a shorter one'],
  ELOOP: ['symbolic links go in a circle', 'check the path'],
  EMFILE: ['too many open files', 'raise the limit (ulimit -n)'],
  ENFILE: ['too many open files', 'close other programs'],
  EIO: ['the disk reported an error', 'check the disk'],
};

/** A `FileError` for anything that a file operation on `path` threw; a `FileError` comes back unchanged. */
export function toFileError(path: string, error: unknown): FileError {
  if (error instanceof FileError) return error;
  const code = (error as NodeJS.ErrnoException | null)?.code;
  const known = code === undefined ? undefined : EXPLANATIONS[code];
  if (known) return new FileError(path, known[0], known[1]);
  const [line] = String(error instanceof Error ? error.message : error).split('\n');
  return new FileError(path, line || 'unknown error', 'check the path and the disk');
}

/**
 * Runs `action` and turns what the system throws into a `FileError` that names `path`. Errors of this library pass through,
 * and so do mistakes of the program (a Tensor where a path or bytes belong), which are not a fault of the file.
 */
export async function withFileErrors<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw error instanceof SppgpuError || isMistake(path, error) ? error : toFileError(path, error);
  }
}

function isMistake(path: string, error: unknown): boolean {
  const isFault = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
  if (!isFault) return false;
  const { code = '' } = error as NodeJS.ErrnoException;
  // A path with NUL, and a file too large for one buffer, come from outside.
  return !/^ERR_(FS_|STRING_TOO_LONG|OUT_OF_RANGE)/.test(code) && !String(path).includes('\0');
}
