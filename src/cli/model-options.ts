import { type Command, Option } from 'commander';
import { readLines } from '../io/text-file.node.js';
import type { Architecture } from '../models/architecture.js';
import { areNumbered, type ModelDescription } from '../models/checkpoint-info.js';
import type { OpenModel } from '../models/load-model.js';
import { someNames } from '../models/load-weights.js';
import type { ParameterMatch } from '../models/match-parameters.js';
import { openModel } from '../models/open-model.node.js';
import { ARCHITECTURE_NAMES, buildArchitecture } from '../models/registry.js';
import type { Device } from '../runtime/device.js';
import { FileError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';
import { type ArchitectureFlags, architectureName, architectureOptions } from './architecture-flags.js';
import { asUsage, UsageError } from './errors.js';
import { GROUPS } from './help.js';
import { describeModel, modelFile } from './model-file.js';
import { say } from './output.js';

/** Where the network of a command comes from: a checkpoint or an export of one, or a published net with its weights. */
export interface ModelSource extends ArchitectureFlags {
  readonly model?: string;
  readonly backbone?: string;
  readonly weights?: string;
  readonly labels?: string;
}

export function withModelSource(command: Command): Command {
  return command
    .optionsGroup(GROUPS.common)
    .option('--model <path>', 'folder or checkpoint of `sppgpu train`, what `sppgpu export` wrote, or an ONNX file')
    .option('--backbone <name>', `a published net: ${ARCHITECTURE_NAMES.join(', ')}`)
    .addOption(new Option('--weights <path>', 'safetensors with weights of --backbone').conflicts('model'))
    .option('--labels <file>', 'class names of --backbone, one per line');
}

/** What is known of a model before a device is opened. */
export interface ModelPlan {
  readonly file: string;
  /** What the file says of its network; null where `--backbone` says it. */
  readonly description: ModelDescription | null;
  readonly architecture: Architecture;
  /** Null where nobody named the classes. */
  readonly classes: readonly string[] | null;
}

/**
 * Finds out which network the flags ask for, from headers alone.
 * @throws UsageError for flags that name none, FileError for a file that does not fit them
 */
export async function planModel(source: ModelSource): Promise<ModelPlan> {
  const { model, backbone, weights, labels } = source;
  const path = model ?? weights;
  if (path === undefined) {
    throw new UsageError(
      backbone === undefined
        ? 'no network given; pass --model PATH, or --backbone NAME with --weights PATH'
        : `--backbone ${backbone} has no weights of its own; pass --weights PATH`,
    );
  }
  const typed = backbone === undefined ? null : asUsage(() => backboneArchitecture(backbone, source));
  const file = await modelFile(path);
  const description = await describeModel(file);
  if (!description && (model !== undefined || !typed)) {
    throw model === undefined
      ? new FileError(file, 'does not say which net it belongs to', 'name it with --backbone')
      : new FileError(
          file,
          'is neither a checkpoint nor an export of one',
          'give a file of `sppgpu train` or `sppgpu export`, or use --backbone and --weights',
        );
  }
  const architecture = description ? describedArchitecture(description, source, file) : typed!;
  const names = labels === undefined ? null : await readLabels(labels, architecture.classes);
  const own = description && !areNumbered(description.classes) ? description.classes : null;
  if (own && names) checkNames(names, own, labels!, file);
  if (description?.run.preparationKnown === false) {
    const { channelOrder, mean } = architecture.input;
    const usual = `${channelOrder}, mean ${mean.map((value) => value.toFixed(1)).join(', ')}`;
    say(`${file}: does not say how its pictures are prepared; taken to be as torchvision does it (${usual})`);
  }
  return { file, description, architecture, classes: own ?? names ?? description?.classes ?? null };
}

/**
 * Opens a network, runs the work and releases it.
 * @param needed weights that must be there: all, or what feature layers of these names take
 */
export async function withModel<T>(
  device: Device,
  plan: ModelPlan,
  needed: true | readonly string[],
  work: (model: OpenModel) => Promise<T>,
): Promise<T> {
  const { file, architecture, classes } = plan;
  const model = await openModel(file, device, {
    architecture: architecture.name,
    options: architecture.options,
    ...(classes && { classes }),
    ...(needed !== true && { layers: needed }),
    onMatch: (match) => reportMatch(match, file),
  });
  try {
    return await work(model);
  } finally {
    model.network.dispose();
  }
}

/** The net of a file that describes it. Flags need not be typed again; typed ones must agree. */
function describedArchitecture({ model, classes }: ModelDescription, source: ModelSource, file: string): Architecture {
  const architecture = buildDescribed(model, file);
  if (classes.length !== architecture.classes) {
    const found = `${classes.length} names for ${architecture.classes} classes`;
    throw new FileError(file, `its description is damaged: ${found}`, 'write the file anew');
  }
  const { options, name } = architecture;
  if (source.backbone !== undefined && architectureName(source.backbone) !== name) {
    throw new FileError(file, `holds ${name}, not ${source.backbone}`, 'correct --backbone or leave it out');
  }
  for (const [option, typed] of Object.entries(architectureOptions(source))) {
    const own = options[option as keyof typeof options];
    if (String(own) === String(typed)) continue;
    throw new FileError(
      file,
      `holds ${name} with ${option} ${own}, not ${typed}`,
      `correct --${option} or leave it out`,
    );
  }
  return architecture;
}

function buildDescribed({ name, options }: ModelDescription['model'], file: string): Architecture {
  try {
    return buildArchitecture(name, options);
  } catch (error) {
    // Whatever a file may say of a net, it is the file that is wrong.
    throw new FileError(file, `its description is damaged: ${(error as Error).message}`, 'write the file anew');
  }
}

/** Says what a partial load left. */
export function reportMatch({ missing, unused, mismatched, matched }: ParameterMatch, file: string): void {
  if (unused.length + missing.length + mismatched.length === 0) return;
  const [others, absent, reshaped] = [unused, missing, mismatched.map(({ target }) => target)].map(someNames);
  say(
    `${file}: ${matched.length} tensors loaded; not used: ${others}; not in the file: ${absent}; other shape: ${reshaped}`,
  );
}

/** The architecture of `--backbone` with the other flags. @throws SppgpuError for a name or an option that cannot be */
function backboneArchitecture(backbone: string, source: ModelSource): Architecture {
  return buildArchitecture(architectureName(backbone), architectureOptions(source));
}

async function readLabels(path: string, count: number): Promise<string[]> {
  const names = (await readLines(path)).filter((line) => line.trim() !== '');
  if (names.length !== count) {
    throw new FileError(path, `has ${names.length} names, the net has ${count} classes`, 'give one name per line');
  }
  return names;
}

/** A file that names its classes needs no list; a list that says otherwise is a mistake. */
function checkNames(names: readonly string[], own: readonly string[], labels: string, file: string): void {
  const odd = names.findIndex((name, i) => name !== own[i]);
  if (odd < 0) return;
  throw new FileError(
    labels,
    `has ${quoted(names[odd])} where ${file} has ${quoted(own[odd])}`,
    'leave --labels out: the file names its classes',
  );
}
