import { CommanderError } from 'commander';
import { vi } from 'vitest';
import { exitCodeOf, reportError } from '../../src/cli/errors.js';
import { sppgpuProgram } from '../../src/cli/program.js';
import { type Finished, onAdapter } from './run.js';

/** What a command gave that ran in this process. */
export interface Ran extends Finished {
  readonly error: Error | null;
}

/** Runs a command in this process, from the sources: in a tenth of the time of a process of its own, and its error is at hand. */
export async function inProcess(args: readonly string[]): Promise<Ran> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += String(text);
      return true;
    }),
  );
  let error: Error | null = null;
  try {
    const program = await sppgpuProgram(args);
    await program.parseAsync(onAdapter(args), { from: 'user' });
  } catch (problem) {
    error = problem as Error;
    if (!(error instanceof CommanderError)) reportError(error);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return { ...written, error, code: error ? exitCodeOf(error) : 0, signal: null };
}
