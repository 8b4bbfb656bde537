import { Command } from 'commander';
import { addBench } from './commands/bench.js';
import { addConvert } from './commands/convert.js';
import { addDemo } from './commands/demo.js';
import { addDetect } from './commands/detect.js';
import { addDoctor } from './commands/doctor.js';
import { addEdges } from './commands/edges.js';
import { addEval } from './commands/eval.js';
import { addExport } from './commands/export.js';
import { addFeatures } from './commands/features.js';
import { addKernels } from './commands/kernels.js';
import { addModels } from './commands/models.js';
import { addOps } from './commands/ops.js';
import { addPredict } from './commands/predict.js';
import { addPropose } from './commands/propose.js';
import { addSelftest } from './commands/selftest.js';
import { addSvm } from './commands/svm.js';
import { addTrain } from './commands/train.js';
import { addTune } from './commands/tune.js';
import { GROUPS, helpConfiguration } from './help.js';
import { version } from './version.js';

/** Every command, ready to parse; errors are thrown, not printed. */
export function sppgpuProgram(): Command {
  const program = new Command('sppgpu')
    .description('Tensors, training and SPP-net on WebGPU. Every command takes --json (data on stdout).')
    .version(version)
    .showHelpAfterError('(sppgpu help COMMAND lists the options)')
    .configureHelp(helpConfiguration)
    // What stands behind a command is its own: `detect` and `detect train` both have --model.
    .enablePositionalOptions()
    .exitOverride();
  for (const add of [
    addDemo,
    addTrain,
    addPredict,
    addEval,
    addFeatures,
    addSvm,
    addDetect,
    addPropose,
    addModels,
    addExport,
    addConvert,
    addEdges,
    addOps,
    addKernels,
    addTune,
    addDoctor,
    addSelftest,
    addBench,
  ])
    add(program);
  for (const command of program.commands) finish(command);
  return program;
}

/** What every command and subcommand has. */
function finish(command: Command): void {
  command.exitOverride().configureHelp(helpConfiguration).optionsGroup(GROUPS.machine).helpOption(true);
  for (const subcommand of command.commands) finish(subcommand);
}
