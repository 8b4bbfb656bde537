import { made } from '../runtime/made.js';
import {
  convInputLadder,
  convInputNotes,
  convLadder,
  convNotes,
  convWeightLadder,
  convWeightNotes,
} from './conv/ladder.js';
import { crossEntropyLadder, crossEntropyNotes } from './cross-entropy.js';
import type { Ladder, Rung, RungNote, RungNotes } from './ladder.js';
import { matmulLadder, matmulNotes } from './matmul/ladder.js';
import { lrnForwardLadder, lrnForwardNotes, lrnGradientLadder, lrnGradientNotes } from './normalization/lrn.js';
import {
  avgPoolLadder,
  avgPoolNotes,
  maxPoolGradientLadder,
  maxPoolGradientNotes,
  maxPoolLadder,
  maxPoolNotes,
  pyramidGradientLadder,
  pyramidGradientNotes,
  pyramidLadder,
  pyramidNotes,
} from './pooling/ladders.js';
import { sumLadder, sumNotes } from './reduction/sum-axis.js';
import { softmaxLadder, softmaxNotes } from './softmax/normalized-exp.js';

/** A ladder with the ops that climb it, and the notes of all its rungs. */
interface Entry {
  readonly ladder: Ladder;
  readonly ops: readonly string[];
  readonly notes: RungNotes<string>;
}

/* @__NO_SIDE_EFFECTS__ */
const entry = <Name extends string, Work>(
  ladder: Ladder<Name, Work>,
  ops: readonly string[],
  notes: RungNotes<Name>,
): Entry => ({ ladder: ladder as Ladder, ops, notes });

/** A new ladder is one entry here. */
const registry = made((): readonly Entry[] => [
  entry(matmulLadder, ['matmul'], matmulNotes),
  entry(convLadder, ['conv2d'], convNotes),
  entry(convInputLadder, ['conv2d'], convInputNotes),
  entry(convWeightLadder, ['conv2d'], convWeightNotes),
  entry(maxPoolLadder, ['maxPool2d', 'maxPool2dWithIndices'], maxPoolNotes),
  entry(maxPoolGradientLadder, ['maxPool2d', 'maxPool2dWithIndices'], maxPoolGradientNotes),
  entry(avgPoolLadder, ['avgPool2d'], avgPoolNotes),
  entry(pyramidLadder, ['spatialPyramidPool'], pyramidNotes),
  entry(pyramidGradientLadder, ['spatialPyramidPool'], pyramidGradientNotes),
  entry(lrnForwardLadder, ['localResponseNorm'], lrnForwardNotes),
  entry(lrnGradientLadder, ['localResponseNorm'], lrnGradientNotes),
  entry(sumLadder, ['sum'], sumNotes),
  entry(softmaxLadder, ['softmax', 'logSoftmax'], softmaxNotes),
  entry(crossEntropyLadder, ['crossEntropy'], crossEntropyNotes),
]);

/** Every ladder, as choice, tests, benches and docs read it. */
export const ladders: readonly Ladder[] = made(() => registry.map(({ ladder }) => ladder));

/** The ops that climb a ladder. */
export function opsOf({ family }: Pick<Ladder, 'family'>): readonly string[] {
  return registry.find(({ ladder }) => ladder.family === family)!.ops;
}

/** What readers are told of a rung. */
export function noteOf(family: string, rung: string): RungNote {
  return registry.find(({ ladder }) => ladder.family === family)!.notes[rung]!;
}

/** A rung as readers and machines want it. */
interface LadderRow extends Required<Pick<Rung, 'rung' | 'needs'>>, Omit<RungNote, 'chosenFor'> {
  readonly family: string;
  readonly chooseWhen: string;
  /** Work that it is limited to, in words. */
  readonly takes?: string;
}

/** The rows of all ladders, in words. */
export function ladderRows(): LadderRow[] {
  return ladders.flatMap(({ family, rungs }) =>
    rungs.map(({ rung, needs = {}, takes }) => {
      const { file, adapterClass, chosenFor, why, lost } = noteOf(family, rung);
      return {
        family,
        rung,
        file,
        needs,
        adapterClass,
        ...(takes && { takes: takes.words }),
        chooseWhen: chosenFor,
        why,
        ...(lost && { lost }),
      };
    }),
  );
}
