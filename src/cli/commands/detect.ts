import type { Command } from 'commander';
import { addBench } from '../detect/bench.js';
import { withFind } from '../detect/find.js';
import { addScore } from '../detect/score.js';
import { addDetectTest } from '../detect/test.js';
import { addDetectTrain } from '../detect/train.js';

/** `sppgpu detect`: objects in pictures; training, judging and timing by subcommands. */
export function addDetect(program: Command): void {
  const detect = program
    .command('detect')
    .description('find objects in pictures with a trained detector; train, judge and time detectors')
    // What stands behind a subcommand is its own, also where both have an option of that name.
    .enablePositionalOptions();
  withFind(detect);
  for (const add of [addDetectTrain, addDetectTest, addScore, addBench]) add(detect);
}
