import type { Command } from 'commander';
import { addBench } from '../detect/bench.js';
import { addScore } from '../detect/score.js';

/** `sppgpu detect`: objects in pictures, by subcommands. */
export function addDetect(program: Command): void {
  const detect = program.command('detect').description('objects in pictures: judging detections, timing detectors');
  for (const add of [addScore, addBench]) add(detect);
}
