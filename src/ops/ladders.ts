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

/** A ladder with the notes of all its rungs. */
interface Entry {
  readonly ladder: Ladder;
  readonly notes: RungNotes<string>;
}

/* @__NO_SIDE_EFFECTS__ */
const entry = <Name extends string, Work>(ladder: Ladder<Name, Work>, notes: RungNotes<Name>): Entry => ({
  ladder: ladder as Ladder,
  notes,
});

/** A new ladder is one entry here. */
const registry = made((): readonly Entry[] => [
  entry(matmulLadder, matmulNotes),
  entry(convLadder, convNotes),
  entry(convInputLadder, convInputNotes),
  entry(convWeightLadder, convWeightNotes),
  entry(maxPoolLadder, maxPoolNotes),
  entry(maxPoolGradientLadder, maxPoolGradientNotes),
  entry(avgPoolLadder, avgPoolNotes),
  entry(pyramidLadder, pyramidNotes),
  entry(pyramidGradientLadder, pyramidGradientNotes),
  entry(lrnForwardLadder, lrnForwardNotes),
  entry(lrnGradientLadder, lrnGradientNotes),
  entry(sumLadder, sumNotes),
  entry(softmaxLadder, softmaxNotes),
  entry(crossEntropyLadder, crossEntropyNotes),
]);

/** Every ladder, as choice, tests, benches and docs read it. */
export const ladders: readonly Ladder[] = made(() => registry.map(({ ladder }) => ladder));

/** What readers are told of a rung. */
export function noteOf(family: string, rung: string): RungNote {
  return registry.find(({ ladder }) => ladder.family === family)!.notes[rung]!;
}

/** A rung as readers and machines want it. */
interface LadderRow extends Pick<Rung, 'rung' | 'needs'>, Omit<RungNote, 'chosenFor'> {
  readonly family: string;
  readonly chooseWhen: string;
  /** Work that it is limited to, in words. */
  readonly takes?: string;
}

/** The rows of all ladders, in words. */
export function ladderRows(): LadderRow[] {
  return ladders.flatMap(({ family, rungs }) =>
    rungs.map(({ rung, needs, takes }) => {
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
