import { type Command, InvalidArgumentError, Option } from 'commander';
import { PAPER_RECIPE, type Recipe } from '../../train/recipe.js';
import { parseSizePolicy } from '../../train/size-policy.js';
import { type ArchitectureFlags, withArchitectureFlags } from '../architecture-flags.js';
import { type DataOptions, share, withDataOption, withReadingOptions } from '../data-options.js';
import { GROUPS } from '../help.js';
import { type CommonOptions, nonNegative, wholeNumber, withCommonOptions } from '../options.js';
import { type ReplicaOptions, withReplicaOptions } from './replica-options.js';

/** Everything that `sppgpu train` takes. */
export interface TrainOptions extends Recipe, CommonOptions, DataOptions, ArchitectureFlags, ReplicaOptions {
  readonly model: string;
  readonly hidden?: number;
  readonly init?: 'paper' | 'he';
  readonly normalisation?: 'withinChannel' | 'acrossChannels' | 'none';
  readonly dropout?: number;
  readonly channels?: 1 | 3;
  readonly weights?: string;
  readonly valShare: number;
  readonly out: string;
  readonly resume?: boolean;
  readonly overwrite?: boolean;
  readonly checkpointEvery: number;
}

/** What was found to work at the first try (docs/reproduction.md has the runs). */
const RECIPE = `
To fine-tune a published net on some hundred pictures, train the layers behind its convolutions:
  sppgpu train --data PICTURES --model squeezenet11 --weights squeezenet_v1.1.safetensors --out head \\
    --pyramid 3,2,1 --hidden 256 --init paper --dropout 0.2 --freeze features \\
    --optimizer adamw --lr 3e-4 --warmup 20 --batch-size 16 --epochs 5 --cache 500
and then, if that is not enough, one pass over all of it, the convolutions at a tenth of the rate:
  ... --weights head --out whole, without --freeze, with --lr 1e-4 --lr-features 0.1x --epochs 1
Small things in the pictures need a larger --input-size; signs and letters want --no-flip.
`;

export function withTrainOptions(command: Command): Command {
  withDataOption(command, { required: false })
    .option(
      '--model <name>',
      'architecture (`sppgpu models` lists them); imported: that of the ONNX file in --weights',
      'zf5',
    )
    .option('--weights <path>', 'file, or folder of a run, to start from where names and shapes agree')
    .option('--out <folder>', 'where checkpoint, logs and report go', 'sppgpu-train')
    .option('--epochs <n>', 'passes over the training pictures', wholeNumber(1), PAPER_RECIPE.epochs)
    .option('--batch-size <n>', 'pictures per step', wholeNumber(1), PAPER_RECIPE.batchSize)
    .option('--lr <rate>', 'learning rate; biases take twice that', nonNegative, PAPER_RECIPE.lr)
    .option('--seed <n>', 'seed of weights, order and augmentation', wholeNumber(0), PAPER_RECIPE.seed)
    .option(
      '--resume',
      'continue from the checkpoint in --out with its options; --epochs, --lr and what does not make it another run may be given anew',
    )
    .addOption(new Option('--overwrite', 'replace an earlier run in --out').conflicts('resume'))
    .optionsGroup(GROUPS.fineTuning)
    .option('--freeze <parts>', 'keep the weights of: features (all convolutions), or layers: conv1,fire2', parts)
    .option(
      '--freeze-statistics',
      'batch normalisation keeps the statistics of --weights (in --freeze parts it always does)',
    )
    .option('--lr-features <rate>', 'rate of the convolutions: 0.1x (of --lr), or a rate of its own', partRate)
    .option('--warmup <steps>', 'steps over which the rate rises to --lr', wholeNumber(0))
    .optionsGroup(GROUPS.steps)
    .addOption(
      new Option('--optimizer <name>', 'rule of the steps').choices(['sgd', 'adamw']).default(PAPER_RECIPE.optimizer),
    )
    .option('--momentum <m>', 'momentum of the steps (sgd)', nonNegative, PAPER_RECIPE.momentum)
    .option('--weight-decay <d>', 'of weights, not of biases', nonNegative, PAPER_RECIPE.weightDecay)
    .option('--lr-steps <epochs>', 'divide the rate by 10 after these epochs: 30,60', epochList)
    .addOption(
      new Option(
        '--plateau <epochs>',
        'divide it by 10 when the validation loss (training loss where nothing is held out) has not fallen for more than so many epochs',
      )
        .argParser(wholeNumber(1))
        .conflicts('lrSteps'),
    )
    .addOption(
      new Option(
        '--one-cycle [share]',
        'the rate rises to --lr over this share of all steps, then falls along a cosine to nearly 0',
      )
        .argParser(share)
        .preset('0.3')
        .conflicts(['lrSteps', 'plateau']),
    )
    .option('--label-smoothing <share>', 'of the target, spread evenly over all classes', share)
    .option('--micro-batch <n>', 'pictures per forward pass; gradients add up (default: the batch)', wholeNumber(1))
    .addOption(
      new Option('--precision <type>', 'what products and convolutions read: f16 halves it, sums stay f32')
        .choices(['f32', 'f16'])
        .default('f32'),
    )
    .option('--half-activations', 'keep activations for the backward pass as halves');
  withArchitectureFlags(command)
    .option('--input-size <pixels>', 'side of the training crops (default: the architecture’s)', wholeNumber(1))
    .option('--hidden <n>', 'width of the fully connected layers before --width', wholeNumber(1))
    .addOption(new Option('--init <rule>', 'fresh weights').choices(['paper', 'he']))
    .addOption(new Option('--normalisation <kind>', 'LRN').choices(['withinChannel', 'acrossChannels', 'none']))
    .option('--dropout <p>', 'dropout of the fully connected layers', share)
    .option('--channels <n>', '1 (grey) or 3 (default: 3, but 1 for digits and idx)', channels);
  withReadingOptions(command)
    .option('--val-share <share>', 'held out for validation where the data has no such part', share, 0.1)
    .option('--sizes <list>', '224; 224,180 (one after the other by epoch); 180-224 (random by epoch)', sizes)
    .option(
      '--mean <kind>',
      'constant, image (per-pixel mean of the training set), or a byte value',
      mean,
      PAPER_RECIPE.mean,
    )
    .option('--pca', 'shift colours along the principal components of the training set')
    .option('--no-flip', 'no mirrored pictures');
  withReplicaOptions(command);
  return withCommonOptions(command)
    .option('--checkpoint-every <steps>', 'steps between checkpoints within an epoch', wholeNumber(1), 500)
    .addHelpText('after', RECIPE);
}

function channels(text: string): 1 | 3 {
  if (text === '1') return 1;
  if (text === '3') return 3;
  throw new InvalidArgumentError('give 1 or 3.');
}

function mean(text: string): Recipe['mean'] {
  if (text === 'constant' || text === 'image') return text;
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 255)) {
    throw new InvalidArgumentError('give constant, image, or a number from 0 to 255.');
  }
  return value;
}

/** Sizes stay as they were typed: the run's report and checkpoint show them. */
function sizes(text: string): string {
  try {
    parseSizePolicy(text);
  } catch {
    throw new InvalidArgumentError('write 224, 224,180 (one after the other) or 180-224 (random every epoch).');
  }
  return text;
}

/** A rate stays as it was typed: the run's report and checkpoint show it. */
function partRate(text: string): string {
  nonNegative(text.replace(/x$/u, ''));
  return text;
}

/** Names of parts of a network, as `FineTuning` takes them. */
function parts(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}

function epochList(text: string): number[] {
  const epochs = text.split(',').map(Number);
  if (!epochs.every((epoch) => Number.isInteger(epoch) && epoch >= 1)) {
    throw new InvalidArgumentError('give epochs such as 30,60.');
  }
  return epochs;
}
