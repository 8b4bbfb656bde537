import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ImageDataset } from '../../data/dataset.js';
import { hasVocList } from '../../data/voc.node.js';
import { regionArchitecture } from '../../detect/features/region-network.js';
import { matchBackbone, openBackbone, tunedArchitecture } from '../../detect/run/backbone.js';
import { dataIdentity } from '../../detect/run/data-identity.node.js';
import { featureItems, trainFeatures } from '../../detect/run/feature-shard.node.js';
import { RunFolder } from '../../detect/run/run-folder.node.js';
import { RUN_STAGES, type RunEvents } from '../../detect/run/settings.js';
import { type DetectorTraining, trainDetector } from '../../detect/run/train-detector.node.js';
import { fileHash } from '../../io/file-hash.node.js';
import { FolderLock } from '../../io/folder-lock.node.js';
import { squareGeometry } from '../../models/geometry.js';
import { modelHash, openWeightsFile } from '../../models/weights-file.node.js';
import { Generator } from '../../tensor/generator.js';
import type { Shard } from '../../work/shard.js';
import { withArchitectureFlags } from '../architecture-flags.js';
import { keepOffData } from '../data-output.js';
import { asUsage, Interrupted, UsageError } from '../errors.js';
import { interruptible } from '../interrupt.js';
import { type ModelSource, planModel, withModelSource } from '../model-options.js';
import { type CommonOptions, wholeNumber, withCommonOptions, withDevice } from '../options.js';
import { printJson, say } from '../output.js';
import { runShard, type ShardFlags, shardOf, withShardFlags } from '../sharding/shard-options.js';
import { type DetectionDataOptions, detectionSource, openDetectionData, withDetectionData } from './data-options.js';
import { headChoice, type RecipeFlags, recipeOf, withAdvancedRecipe, withCommonRecipe } from './recipe-options.js';
import { StageProgress } from './stage-progress.js';
import { openWindows, type WindowFlags, withWindowFlags } from './window-options.js';

interface TrainDetectorOptions
  extends CommonOptions,
    DetectionDataOptions,
    ModelSource,
    WindowFlags,
    RecipeFlags,
    ShardFlags {
  readonly run: string;
  readonly val?: string;
  readonly overwrite?: boolean;
  readonly workers?: number;
  readonly mapMib: number;
  readonly halfMaps?: boolean;
  readonly keepMaps?: boolean;
}

/** `sppgpu detect train`: a detector from annotated pictures. */
export function addDetectTrain(detect: Command): void {
  const command = detect
    .command('train')
    .description('train a detector on annotated pictures; the same command goes on where it was stopped');
  withModelSource(withDetectionData(command))
    .requiredOption('--run <folder>', 'where every stage keeps its files, and the detector is written')
    .option('--overwrite', 'begin anew where the folder holds another run');
  withCommonRecipe(withWindowFlags(command, 'selective-search'));
  withAdvancedRecipe(command).option(
    '--val <name>',
    'list of ImageSets/Main that judges the tuning (default: a fifth of the pictures)',
  );
  withArchitectureFlags(command);
  withShardFlags(command);
  withCommonOptions(command)
    .option('--workers <n>', 'threads that look for windows (default: one less than processors)', wholeNumber(1))
    .option('--map-mib <n>', 'disk space for feature maps while training', wholeNumber(0), 8192)
    .option('--half-maps', 'keep feature maps in half precision')
    .option('--keep-maps', 'do not remove them in the end')
    .action((options: TrainDetectorOptions) => interruptible((signal) => train(options, signal), 'saves'));
}

async function train(options: TrainDetectorOptions, signal: AbortSignal): Promise<void> {
  const { run, voc, seed, overwrite, boxes } = options;
  const shard = shardOf('detect train', options);
  const set = options.set ?? (voc === undefined ? undefined : await usualSet(voc));
  const source = detectionSource('detect train', { ...options, ...(set !== undefined && { set }) });
  if (voc !== undefined) await keepOffData(run, voc, 'voc');
  const val = validationSource(options);
  // The width of the layers that are put on a net is not that of its own.
  const { hidden, ...backbone } = options;
  const plan = await planModel(backbone);
  const data = await openDetectionData(source);
  requireObjects(data);
  const judge = val && (await openDetectionData(val, data.classes));
  const { tuning, levels } = headChoice(options, plan.architecture);
  const head = { classes: data.classes.length, hidden, levels };
  const [architecture, recipe] = asUsage(() => {
    const whole = tuning ? tunedArchitecture(plan.architecture, head) : plan.architecture;
    const found = recipeOf(options, tuning, plan.architecture, whole);
    return [tuning ? whole : regionArchitecture(whole, found.layer, levels), found] as const;
  });
  const { name, options: built } = architecture;
  const identity = {
    recipe: { ...recipe, mining: { ...recipe.mining }, levels },
    backbone: { name, options: built, sha256: await modelHash(plan.file) },
    data: {
      train: dataIdentity(data),
      val: judge && dataIdentity(judge),
      ...(boxes !== undefined && { boxes: await fileHash(boxes) }),
    },
  };
  if (shard && (recipe.rcnn || overwrite)) {
    throw new UsageError(
      `detect train: ${recipe.rcnn ? '--rcnn keeps no maps that shards could make' : 'shards cannot --overwrite a run that others work on'}; leave ${recipe.rcnn ? '--shard' : '--overwrite'} out`,
    );
  }
  // Before the folder is made and windows are looked for: a net whose maps take none, and weights that do not fit, leave nothing behind.
  if (!recipe.rcnn) squareGeometry(architecture.features);
  await using weights = await openWeightsFile(plan.file);
  matchBackbone(weights, architecture, tuning);
  // Shards share the folder: each picture has files of its own.
  await using _ = shard ? null : await FolderLock.take(run, 'wait for its end, or choose another --run');
  const folder = await RunFolder.open(run, identity, overwrite);
  const stages = RUN_STAGES.filter(
    (stage) => (stage !== 'tuning' || tuning) && (stage !== 'regression' || recipe.regression),
  );
  const progress = new StageProgress(stages);
  const windows = await openWindows(options, seed, options.workers);
  try {
    await withDevice(options, async (device) => {
      say(
        `${data.length} pictures of ${data.name}, ${data.classes.length} classes; ${architecture.title} with features of ${recipe.layer}; ${device.info.name}`,
      );
      const generator = new Generator(seed);
      const { network, preparation, fresh } = await openBackbone(weights, device, architecture, tuning, generator);
      try {
        const training: DetectorTraining = {
          ...{ folder, recipe, network, generator, preparation, data, signal, levels },
          freshHead: fresh.some((parameter) => parameter === firstOfHead(architecture)),
          val: judge || null,
          propose: async (path, picture) => (await windows.propose(path, picture)).boxes,
          proposing: windows.workers,
          maps: {
            maxBytes: options.mapMib * 2 ** 20,
            dtype: options.halfMaps ? 'F16' : 'F32',
            keep: options.keepMaps ?? false,
          },
        };
        if (shard) await featuresOf(training, identity, { ...options, shard, adapter: device.info.name }, progress);
        else await trainDetector(training, progress);
      } finally {
        network.dispose();
      }
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Interrupted(`detect train: stopped; everything is saved, the same command goes on in ${run}`);
  } finally {
    progress.stop();
    await windows.close();
  }
  if (shard) return;
  say(`detector: ${folder.detector}`);
  if (options.json)
    printJson({ detector: folder.detector, pictures: data.length, classes: data.classes, layer: recipe.layer });
}

/** A shard of the first stages: windows and maps of some pictures go into the run's folder, and a file tells of them. */
async function featuresOf(
  training: DetectorTraining,
  {
    backbone,
    data,
    recipe,
  }: { readonly backbone: { readonly sha256: string }; readonly data: object; readonly recipe: object },
  options: ShardFlags & { readonly shard: Shard; readonly adapter: string; readonly json?: boolean },
  events: RunEvents,
): Promise<void> {
  const { shard, adapter } = options;
  const items = featureItems(training);
  const identity = {
    command: 'detect train',
    options: { run: resolve(training.folder.path), pictures: training.data.length, recipe },
    models: [backbone.sha256],
    data: { items, sha256: createHash('sha256').update(JSON.stringify(data)).digest('hex') },
  };
  await runShard(options, { identity, shard }, async ({ range }) => {
    const found = await trainFeatures(training, range, events);
    return { lines: found.items, left: found.left, adapter };
  });
}

/** The usual list for training: `train`, or `trainval` where there is no other. */
async function usualSet(voc: string): Promise<string> {
  return (await hasVocList(voc, 'train')) ? 'train' : 'trainval';
}

function validationSource({ val, voc }: TrainDetectorOptions): { voc: string; set: string } | null {
  if (val === undefined) return null;
  if (voc === undefined)
    throw new UsageError("detect train: --val names a list of VOC's layout; give --voc FOLDER with it");
  return { voc, set: val };
}

function requireObjects(data: ImageDataset): void {
  for (let index = 0; index < data.length; index++) if (data.entry(index).objects?.length) return;
  throw new UsageError(`detect train: ${data.name} has no objects to learn from; annotate some`);
}

/** Name of the first weights behind the pyramid. */
function firstOfHead({
  classifier,
}: {
  readonly classifier: readonly { readonly type: string; readonly name: string }[];
}): string {
  return `classifier.${classifier.find(({ type }) => type === 'fc')?.name}.weight`;
}
