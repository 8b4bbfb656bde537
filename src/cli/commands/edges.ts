import type { Command } from 'commander';
import { addEdgesDetect } from '../edges/detect.js';
import { addEdgesEval } from '../edges/eval.js';
import { addEdgesTrain } from '../edges/train.js';
import { GROUPS } from '../help.js';

/** `sppgpu edges`: boundaries of things in photographs, learned or by gradients. */
export function addEdges(program: Command): void {
  const command = program.command('edges').description('boundaries in photographs: train a net, judge it, draw them');
  for (const add of [addEdgesTrain, addEdgesEval, addEdgesDetect]) add(command);
  for (const one of command.commands) one.optionsGroup(GROUPS.machine).helpOption(true);
}
