import { SppgpuError } from '../runtime/errors.js';
import { say } from './output.js';

/** Tells of files in given folders that are passed over: by their names they are not pictures. */
export function reportIgnored(ignored: readonly string[]): void {
  if (ignored.length > 0) say(`${ignored.length} files in the folders are not PNG or JPEG and were left out`);
}

/**
 * Names what could not be worked on, a line each, when the work on all others is done.
 * @param of how many there were, where that is known
 * @throws SppgpuError where anything was left out: the command has failed in part
 */
export function reportLeftOut(command: string, left: readonly string[], of?: number): void {
  for (const line of left) say(`left out: ${line}`);
  if (left.length === 0) return;
  const all = of === undefined ? '' : ` of ${of}`;
  throw new SppgpuError(`${command}: ${left.length}${all} were left out; see the lines above`);
}
