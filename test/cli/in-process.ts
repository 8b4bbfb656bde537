import { vi } from 'vitest';
import { sppgpuProgram } from '../../src/cli/program.js';

/** What a command gave that ran in this process. */
export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly error: Error | null;
}

/** Runs a command in this process, on the adapter of the tests: faster than a process of its own, and its errors are at hand. */
export async function inProcess(args: readonly string[], { device = true } = {}): Promise<Ran> {
  const adapter = process.env.SPPGPU_TEST_ADAPTER;
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
    await program.parseAsync([...args, ...(adapter && device ? ['--device', adapter] : [])], { from: 'user' });
  } catch (problem) {
    error = problem as Error;
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return { ...written, error };
}
