import { CommanderError } from 'commander';
import { SppgpuError } from '../runtime/errors.js';
import { printable } from '../runtime/quote.js';

/** The user ended the run with Ctrl-C (or SIGTERM); what the command saves was saved. */
export class Interrupted extends SppgpuError {
  override name = 'Interrupted';
}

/** One line for a person, on stderr. The stack of an internal error appears with SPPGPU_DEBUG=1. */
export function reportError(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const line = printable(message.replace(/\s*\n\s*/g, ' ').trim(), 4000);
  if (error instanceof SppgpuError) process.stderr.write(`sppgpu: ${line}\n`);
  else process.stderr.write(`sppgpu: internal error: ${line}; run again with SPPGPU_DEBUG=1 and report the trace\n`);
  if (process.env.SPPGPU_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}

/** 0 for help and version, 2 for wrong usage, 130 after Ctrl-C, else 1. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return error instanceof Interrupted ? 130 : 1;
}

/** Says, as the process exits, that its command has not come to an end: without it such an exit is silent. */
export function reportUnfinished(): void {
  reportError(new Error('the command waits for something that can happen no more'));
  process.exitCode = 1;
}
