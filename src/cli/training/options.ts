import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseSizePolicy } from '../../train/size-policy.js';
import { type ArchitectureFlags, withArchitectureFlags } from '../architecture-flags.js';
import { type DataOptions, share, withDataOptions } from '../data-options.js';
import { type CommonOptions, nonNegative, wholeNumber, withCommonOptions } from '../options.js';

/** Everything that `sppgpu train` takes. */
export interface TrainOptions extends CommonOptions, DataOptions, ArchitectureFlags {
  readonly model: string;
  readonly hidden?: number;
  readonly init?: 'paper' | 'he';
  readonly normalisation?: 'withinChannel' | 'acrossChannels' | 'none';
  readonly dropout?: number;
  readonly channels?: 1 | 3;
  readonly weights?: string;
  readonly valShare: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly microBatch?: number;
  readonly halfActivations?: boolean;
  readonly optimizer: 'sgd' | 'adamw';
  readonly lr: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly lrSteps?: readonly number[];
  readonly plateau?: number;
  readonly sizes?: string;
  readonly mean: 'constant' | 'image' | number;
  readonly pca?: boolean;
  readonly flip: boolean;
  readonly seed: number;
  readonly out: string;
  readonly resume?: boolean;
  readonly checkpointEvery: number;
}

export function withTrainOptions(command: Command): Command {
  const model = withArchitectureFlags(withDataOptions(withCommonOptions(command), false))
    .option('--model <name>', 'architecture (sppgpu models lists them)', 'zf5')
    .option('--input-size <pixels>', 'side of the training crops (default: the architecture’s)', wholeNumber(1))
    .option('--hidden <n>', 'width of the fully connected layers before --width', wholeNumber(1))
    .addOption(new Option('--init <rule>', 'fresh weights').choices(['paper', 'he']))
    .addOption(new Option('--normalisation <kind>', 'LRN').choices(['withinChannel', 'acrossChannels', 'none']))
    .option('--dropout <p>', 'dropout of the fully connected layers', share)
    .option('--channels <n>', '1 (grey) or 3', channels)
    .option('--weights <file>', 'start from these weights where names and shapes agree');
  return model
    .option('--val-share <share>', 'held out for validation where the data has no such part', share, 0.1)
    .option('--epochs <n>', 'passes over the training pictures', wholeNumber(1), 70)
    .option('--batch-size <n>', 'pictures per step', wholeNumber(1), 128)
    .option('--micro-batch <n>', 'pictures per forward pass; gradients add up (default: the batch)', wholeNumber(1))
    .option('--half-activations', 'keep activations for the backward pass as halves')
    .addOption(new Option('--optimizer <name>', 'rule of the steps').choices(['sgd', 'adamw']).default('sgd'))
    .option('--lr <rate>', 'learning rate; biases take twice that', nonNegative, 0.01)
    .option('--momentum <m>', 'momentum of the steps (sgd)', nonNegative, 0.9)
    .option('--weight-decay <d>', 'of weights, not of biases', nonNegative, 5e-4)
    .option('--lr-steps <epochs>', 'divide the rate by 10 after these epochs: 30,60', epochList)
    .addOption(
      new Option(
        '--plateau <epochs>',
        'divide it by 10 when the validation loss (training loss where nothing is held out) has not fallen for more than so many epochs',
      )
        .argParser(wholeNumber(1))
        .conflicts('lrSteps'),
    )
    .option('--sizes <list>', '224; 224,180 (one after the other by epoch); 180-224 (random by epoch)', sizes)
    .option('--mean <kind>', 'constant, image (per-pixel mean of the training set), or a byte value', mean, 'constant')
    .option('--pca', 'shift colours along the principal components of the training set')
    .option('--no-flip', 'no mirrored pictures')
    .option('--seed <n>', 'seed of weights, order and augmentation', wholeNumber(0), 1)
    .option('--out <folder>', 'where checkpoint, logs and report go', 'sppgpu-train')
    .option(
      '--resume',
      'continue from the checkpoint in --out with its options; --epochs, --lr and what does not make it another run may be given anew',
    )
    .option('--checkpoint-every <steps>', 'steps between checkpoints within an epoch', wholeNumber(1), 500);
}

function channels(text: string): 1 | 3 {
  if (text === '1') return 1;
  if (text === '3') return 3;
  throw new InvalidArgumentError('give 1 or 3.');
}

function mean(text: string): TrainOptions['mean'] {
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

function epochList(text: string): number[] {
  const epochs = text.split(',').map(Number);
  if (!epochs.every((epoch) => Number.isInteger(epoch) && epoch >= 1)) {
    throw new InvalidArgumentError('give epochs such as 30,60.');
  }
  return epochs;
}
