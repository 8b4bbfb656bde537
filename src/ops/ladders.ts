import { convInputLadder, convLadder, convWeightLadder } from './conv/ladder.js';
import { crossEntropyLadder } from './cross-entropy.js';
import type { Ladder, Rung } from './ladder.js';
import { matmulLadder } from './matmul/ladder.js';
import {
  avgPoolLadder,
  maxPoolGradientLadder,
  maxPoolLadder,
  pyramidGradientLadder,
  pyramidLadder,
} from './pooling/ladders.js';
import { sumLadder } from './reduction/sum-axis.js';
import { softmaxLadder } from './softmax/normalized-exp.js';

/** Every ladder, as choice, tests, benches and docs read it. A new one is one entry here. */
export const ladders: readonly Ladder[] = [
  matmulLadder,
  convLadder,
  convInputLadder,
  convWeightLadder,
  maxPoolLadder,
  maxPoolGradientLadder,
  avgPoolLadder,
  pyramidLadder,
  pyramidGradientLadder,
  sumLadder,
  softmaxLadder,
  crossEntropyLadder,
];

/** A rung as readers and machines want it. */
interface LadderRow extends Pick<Rung, 'rung' | 'file' | 'needs' | 'adapterClass' | 'why' | 'lost'> {
  readonly family: string;
  readonly chooseWhen: string;
  /** Work that it is limited to, in words. */
  readonly takes?: string;
}

/** The rows of all ladders, in words. */
export function ladderRows(): LadderRow[] {
  return ladders.flatMap(({ family, rungs }) =>
    rungs.map(({ rung, file, needs, adapterClass, takes, chooseWhen, why, lost }) => ({
      family,
      rung,
      file,
      needs,
      adapterClass,
      ...(takes && { takes: takes.words }),
      chooseWhen: chooseWhen.words,
      why,
      ...(lost && { lost }),
    })),
  );
}
