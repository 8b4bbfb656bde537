import { isBelow } from '../io/is-below.node.js';
import { DeviceError, FileError, SppgpuError } from '../runtime/errors.js';
import { say } from './output.js';

/** What ends the work on all items, and not on one. */
export interface Ends {
  readonly signal: AbortSignal;
  /** The folder that is written to. */
  readonly out?: string;
}

/**
 * The line about an item that could not be worked on: broken, or larger than a limit of the device.
 * @throws the error itself where it is not about the item: the device is gone, the command was stopped, nothing can be written,
 * or the program is at fault
 */
export function problemOf(error: unknown, file: string, { signal, out }: Ends): string {
  const ours = out !== undefined && error instanceof FileError && isBelow(error.path, out);
  if (!(error instanceof SppgpuError) || error instanceof DeviceError || ours || signal.aborted) throw error;
  return error.message.includes(file) ? error.message : `${file}: ${error.message}`;
}

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
