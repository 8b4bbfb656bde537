#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { addBench } from './commands/bench.js';
import { addDemo } from './commands/demo.js';
import { addDoctor } from './commands/doctor.js';
import { addEval } from './commands/eval.js';
import { addExport } from './commands/export.js';
import { addFeatures } from './commands/features.js';
import { addModels } from './commands/models.js';
import { addOps } from './commands/ops.js';
import { addPredict } from './commands/predict.js';
import { addSelftest } from './commands/selftest.js';
import { addSvm } from './commands/svm.js';
import { addTrain } from './commands/train.js';
import { exitCodeOf, reportError, reportUnfinished } from './errors.js';
import { outliveTerminal } from './interrupt.js';
import { guardOutput } from './output.js';
import { version } from './version.js';

/** Node's exit code for a program that waits for something when nothing is left that could happen. */
const UNSETTLED = 13;

outliveTerminal();
guardOutput();

const program = new Command('sppgpu')
  .description('Tensors, training and SPP-net on WebGPU. Every command takes --json (data on stdout).')
  .version(version)
  .showHelpAfterError('(sppgpu help COMMAND lists the options)')
  .exitOverride();

for (const add of [
  addDemo,
  addTrain,
  addPredict,
  addEval,
  addFeatures,
  addSvm,
  addModels,
  addExport,
  addOps,
  addDoctor,
  addSelftest,
  addBench,
])
  add(program);
for (const command of program.commands) command.exitOverride();

let settled = false;
process.on('exit', (code) => {
  if (!settled && (code === 0 || code === UNSETTLED)) reportUnfinished();
});
try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) reportError(error);
  process.exitCode = exitCodeOf(error);
} finally {
  settled = true;
}
