import { CommanderError } from 'commander';
import { FileError, SppgpuError } from '../runtime/errors.js';
import { printable } from '../runtime/quote.js';
import { OutputLost, say, tell } from './output.js';
import { statusLine } from './status-line.js';

/** The user ended the run with Ctrl-C (or another signal); what the command saves was saved. */
export class Interrupted extends SppgpuError {
  override name = 'Interrupted';
}

/** What was typed cannot be: exit code 2. Commands find it before they open a device. */
export class UsageError extends SppgpuError {
  override name = 'UsageError';
}

/** Runs checks of what was typed: what they find wrong is wrong usage. Errors of files stay what they are. */
export function asUsage<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof SppgpuError && !(error instanceof FileError) ? new UsageError(error.message) : error;
  }
}

/** One line for a person, on stderr. The stack of an internal error appears with SPPGPU_DEBUG=1. */
export function reportError(error: unknown): void {
  statusLine.hide();
  if (error instanceof OutputLost) {
    tell(error);
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  const line = printable(message.replace(/\s*\n\s*/g, ' ').trim(), 4000);
  if (error instanceof SppgpuError) say(`sppgpu: ${line}`);
  else say(`sppgpu: internal error: ${line}; run again with SPPGPU_DEBUG=1 and report the trace`);
  if (process.env.SPPGPU_DEBUG && error instanceof Error) say(`${error.stack}`);
}

/** 0 for help and version, 2 for wrong usage, 130 after Ctrl-C, 141 if nobody reads stdout any more, else 1. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof OutputLost) return error.exitCode;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) return 2;
  return error instanceof Interrupted ? 130 : 1;
}

/** Says, as the process exits, that its command has not come to an end: without it such an exit is silent. */
export function reportUnfinished(): void {
  reportError(new Error('the command waits for something that can happen no more'));
  process.exitCode = 1;
}
