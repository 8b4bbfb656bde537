import { noGrad } from '../autograd/mode.js';
import type { Module } from '../nn/module.js';
import { crossEntropy } from '../ops/cross-entropy.js';
import { type Rung, shaderHash } from '../ops/ladder.js';
import { noteOf } from '../ops/ladders.js';
import type { Device } from '../runtime/device.js';
import {
  type Tuning,
  type TuningCandidate,
  type TuningEntry,
  type TuningQuestion,
  tuningDevice,
} from '../runtime/tuning.js';
import { tensor } from '../tensor/create.js';
import { randn } from '../tensor/random.js';
import { scope } from '../tensor/scope.js';
import { LADDER_CASES } from './ladder-cases.js';
import { type Patience, prepareCase, timeCase } from './time-case.js';
import { rungsFor } from './time-rungs.js';

/** A device's tuning that leaves every choice to the rules, and notes what there was to choose: each bucket once. */
export class WorkLog implements Tuning {
  private readonly found = new Map<string, TuningQuestion>();

  rungFor(question: TuningQuestion): undefined {
    const key = `${question.family}|${question.bucket}`;
    if (!this.found.has(key)) this.found.set(key, question);
  }

  /** In the order in which they came up. */
  list(): readonly TuningQuestion[] {
    return [...this.found.values()];
  }
}

export interface NetworkWork {
  /** Pixels of the pictures: channels, height, width. */
  readonly picture: readonly [number, number, number];
  readonly batch: number;
  /** Forward, cross-entropy and backward; false: forward alone. */
  readonly training: boolean;
}

/** Runs a network once on random pictures, so that its device's log knows all its work. */
export async function runOnce(
  network: Module,
  device: Device,
  { picture, batch, training }: NetworkWork,
): Promise<void> {
  scope(() => {
    const x = randn(device, [batch, ...picture], { seed: 1 });
    if (!training) {
      noGrad(() => network.forward(x));
      return;
    }
    const logits = network.forward(x);
    const labels = tensor(
      device,
      Int32Array.from({ length: batch }, (_, i) => i % logits.shape[1]!),
    );
    crossEntropy(logits, labels).backward();
  });
  for (const parameter of network.parameters()) {
    parameter.grad?.dispose();
    parameter.grad = null;
  }
  await device.sync();
}

export interface TuneProgress {
  readonly budgetMs: number;
  readonly patience?: Patience;
  readonly onCandidate?: (question: TuningQuestion, candidate: TuningCandidate) => void;
  /** Told where there is nothing to measure, or no rung gave a right result. */
  readonly onSkip?: (question: TuningQuestion, why: string) => void;
  readonly signal?: AbortSignal;
}

/** A first run that takes this much longer than the best one's later ones is not worth the rest. */
const PATIENCE: Patience = (bestMs) => 2000 + 5 * bestMs;

/** Measures the rungs that can do this work, the rules' choice first. Null where the rules have to decide. */
export async function tuneWork(
  device: Device,
  question: TuningQuestion,
  { budgetMs, patience = PATIENCE, onCandidate, onSkip, signal }: TuneProgress,
): Promise<TuningEntry | null> {
  const { family, bucket } = question;
  const cases = LADDER_CASES.find(({ ladder }) => ladder.family === family)!;
  const work = question.work as never;
  const rungs = candidatesFor(device, cases.ladder, work);
  const benchCase = rungs.length > 1 ? cases.caseOf(work) : null;
  if (!benchCase) {
    onSkip?.(question, rungs.length > 1 ? 'no benchmark case can say this work' : 'one rung only');
    return null;
  }
  const prepared = prepareCase(benchCase);
  const candidates: (TuningCandidate & { readonly ms: number | null })[] = [];
  let best = Number.POSITIVE_INFINITY;
  for (const { rung } of rungs) {
    signal?.throwIfAborted();
    const asked = cases.ladder.ask(rung as never);
    const timed = await timeCase(device, prepared, { budgetMs, asked, giveUpMs: patience(best) });
    const candidate = timed.ok
      ? { rung, ok: true, ms: timed.ms }
      : { rung, ok: false, ms: null, problem: timed.problem };
    if (timed.ok) best = Math.min(best, timed.ms);
    candidates.push(candidate);
    onCandidate?.(question, candidate);
  }
  const winner = candidates.find(({ ms }) => ms === best);
  if (!winner) {
    onSkip?.(question, 'no rung gave a right result');
    return null;
  }
  const shaders = shaderHash(cases.ladder);
  return { family, bucket, ...tuningDevice(device.info), shaders, rung: winner.rung, candidates };
}

/** Rungs that can do the work; the one that the rules choose first, so that slow ones are given up early. */
function candidatesFor(device: Device, ladder: (typeof LADDER_CASES)[number]['ladder'], work: never): readonly Rung[] {
  const chosenFirst = (rung: Rung) =>
    rung.chooseWhen(device, work) ? 0 : noteOf(ladder.family, rung.rung).lost ? 2 : 1;
  return rungsFor(device, ladder, work).toSorted((a, b) => chosenFirst(a) - chosenFirst(b));
}
