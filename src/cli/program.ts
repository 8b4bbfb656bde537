import { Command } from 'commander';
import { GROUPS, helpConfiguration } from './help.js';
import { version } from './version.js';

/** What adds each command, in the order of the help; each is loaded when it is asked for, so that every start is a short one. */
const COMMANDS: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  demo: async () => (await import('./commands/demo.js')).addDemo,
  train: async () => (await import('./commands/train.js')).addTrain,
  predict: async () => (await import('./commands/predict.js')).addPredict,
  eval: async () => (await import('./commands/eval.js')).addEval,
  features: async () => (await import('./commands/features.js')).addFeatures,
  svm: async () => (await import('./commands/svm.js')).addSvm,
  detect: async () => (await import('./commands/detect.js')).addDetect,
  propose: async () => (await import('./commands/propose.js')).addPropose,
  merge: async () => (await import('./commands/merge.js')).addMerge,
  submit: async () => (await import('./commands/submit.js')).addSubmit,
  sweep: async () => (await import('./commands/sweep.js')).addSweep,
  work: async () => (await import('./commands/work.js')).addWork,
  models: async () => (await import('./commands/models.js')).addModels,
  export: async () => (await import('./commands/export.js')).addExport,
  convert: async () => (await import('./commands/convert.js')).addConvert,
  edges: async () => (await import('./commands/edges.js')).addEdges,
  ops: async () => (await import('./commands/ops.js')).addOps,
  kernels: async () => (await import('./commands/kernels.js')).addKernels,
  tune: async () => (await import('./commands/tune.js')).addTune,
  doctor: async () => (await import('./commands/doctor.js')).addDoctor,
  selftest: async () => (await import('./commands/selftest.js')).addSelftest,
  bench: async () => (await import('./commands/bench.js')).addBench,
};

/**
 * The command that the first of `args` names, or every command where it names none (for help, and for an error that knows what
 * was meant), ready to parse; errors are thrown, not printed.
 */
export async function sppgpuProgram([first = '']: readonly string[] = []): Promise<Command> {
  const program = new Command('sppgpu')
    .description('Tensors, training and SPP-net on WebGPU. Every command takes --json (data on stdout).')
    .version(version)
    .showHelpAfterError('(sppgpu help COMMAND lists the options)')
    .configureHelp(helpConfiguration)
    // What stands behind a command is its own: `detect` and `detect train` both have --model.
    .enablePositionalOptions()
    .exitOverride();
  const wanted = Object.hasOwn(COMMANDS, first) ? [COMMANDS[first]!] : Object.values(COMMANDS);
  for (const add of await Promise.all(wanted.map((load) => load()))) add(program);
  for (const command of program.commands) finish(command);
  return program;
}

/** What every command and subcommand has. */
function finish(command: Command): void {
  command.exitOverride().configureHelp(helpConfiguration).optionsGroup(GROUPS.machine).helpOption(true);
  for (const subcommand of command.commands) finish(subcommand);
}
