import { made } from '../runtime/made.js';
import {
  convInputLadder,
  convInputNotes,
  convLadder,
  convNotes,
  convWeightLadder,
  convWeightNotes,
} from './conv/ladder.js';
import { crossEntropyLadder } from './cross-entropy.js';
import type { Ladder, Rung, RungNote, RungNotes } from './ladder.js';
import { matmulLadder, matmulNotes } from './matmul/ladder.js';
import { lrnForwardLadder, lrnGradientLadder, lrnNotes } from './normalization/lrn.js';
import {
  avgPoolLadder,
  maxPoolGradientLadder,
  maxPoolGradientNotes,
  maxPoolLadder,
  poolNotes,
  pyramidGradientLadder,
  pyramidGradientNotes,
  pyramidLadder,
  pyramidNotes,
} from './pooling/ladders.js';
import { rowNotes } from './reduction/row-ladder.js';
import { sumLadder } from './reduction/sum-axis.js';
import { softmaxLadder } from './softmax/normalized-exp.js';

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
  entry(maxPoolLadder, poolNotes),
  entry(maxPoolGradientLadder, maxPoolGradientNotes),
  entry(avgPoolLadder, poolNotes),
  entry(pyramidLadder, pyramidNotes),
  entry(pyramidGradientLadder, pyramidGradientNotes),
  entry(lrnForwardLadder, lrnNotes),
  entry(lrnGradientLadder, lrnNotes),
  entry(sumLadder, rowNotes),
  entry(softmaxLadder, rowNotes),
  entry(crossEntropyLadder, rowNotes),
]);

/** Every ladder, as choice, tests, benches and docs read it. */
export const ladders: readonly Ladder[] = made(() => registry.map(({ ladder }) => ladder));

/** What readers are told of a rung. */
export function noteOf(family: string, rung: string): RungNote {
  return registry.find(({ ladder }) => ladder.family === family)!.notes[rung]!;
}

/** A rung as readers and machines want it. */
interface LadderRow extends Pick<Rung, 'rung' | 'file' | 'needs' | 'adapterClass'>, Omit<RungNote, 'chosenFor'> {
  readonly family: string;
  readonly chooseWhen: string;
  /** Work that it is limited to, in words. */
  readonly takes?: string;
}

/** The rows of all ladders, in words. */
export function ladderRows(): LadderRow[] {
  return ladders.flatMap(({ family, rungs }) =>
    rungs.map(({ rung, file, needs, adapterClass, takes }) => {
      const { chosenFor, why, lost } = noteOf(family, rung);
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
