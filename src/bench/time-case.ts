import type { Device } from '../runtime/device.js';
import { SppgpuError } from '../runtime/errors.js';
import type { Case } from './cases.js';
import { calibrate, type Inputs, type Instance, type Summary, summarise, timeCold, timeSamples } from './harness.js';
import { inputsOf } from './inputs.js';
import * as runner from './runner.js';
import { type Expectations, expectationsOf, largestError, mismatch } from './truth/index.js';

/** A case with its numbers and what must come out of them: made once, however many rungs are timed on it. */
export interface PreparedCase {
  readonly benchCase: Case;
  readonly inputs: Inputs;
  readonly expected: Expectations;
}

/** What came of a case: a checked time, or why there is none. */
export type TimedCase =
  | (Summary & {
      readonly ok: true;
      /** The largest difference from float64, as a share of the root mean square of the right values. */
      readonly error: number;
      /** The first run: compilation included. */
      readonly coldMs: number;
    })
  | {
      readonly ok: false;
      readonly problem: string;
      readonly error?: number;
      /** Nothing is wrong: it was given up. */
      readonly slow?: true;
    };

/** How long a first run may take, in milliseconds, given the later ones of the best rung so far. */
export type Patience = (bestMs: number) => number;

export interface TimeBudget {
  readonly budgetMs: number;
  /** Samples at most; default 15. */
  readonly samples?: number;
  /** A first run that takes longer ends it. */
  readonly giveUpMs?: number;
  /** A rung that the ops are asked for, as its ladder says it. */
  readonly asked?: Readonly<Record<string, unknown>>;
}

export function prepareCase(benchCase: Case): PreparedCase {
  const inputs = inputsOf(benchCase);
  return { benchCase, inputs, expected: expectationsOf(benchCase, inputs) };
}

/** Runs a case, compares all it gives with float64, and times it only then. */
export async function timeCase(
  device: Device,
  { benchCase, inputs, expected }: PreparedCase,
  { budgetMs, samples = 15, giveUpMs = Number.POSITIVE_INFINITY, asked }: TimeBudget,
): Promise<TimedCase> {
  runner.useDevice(device);
  runner.askFor(asked);
  let instance: Instance | null = null;
  try {
    const [make] = Object.values(runner.kinds[benchCase.kind]!);
    instance = await make!(benchCase, inputs);
    if (!instance) return { ok: false, problem: 'not offered' };
    const coldMs = await timeCold(instance);
    if (coldMs > giveUpMs) return { ok: false, problem: `slower: ${coldMs.toFixed(0)} ms at first`, slow: true };
    const outputs = await instance.outputs();
    let error = 0;
    for (const [output, expectation] of Object.entries(expected)) {
      const values = outputs[output];
      const found = values && Array.from(expectation.indices, (index: number) => values[index]!);
      error = Math.max(error, largestError(expectation, found));
      const problem = mismatch(output, expectation, found);
      if (problem) return { ok: false, problem, error };
    }
    const inner = await calibrate(instance);
    const times = await timeSamples(instance, { inner, samples, budgetMs });
    return { ok: true, ...summarise(benchCase, times), error, coldMs };
  } catch (error) {
    if (error instanceof SppgpuError) return { ok: false, problem: error.message };
    throw error;
  } finally {
    instance?.dispose();
    runner.askFor();
  }
}
