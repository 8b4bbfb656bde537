import { type DatasetSplits, openDataset } from '../../data/open-dataset.node.js';
import type { Architecture, ImportedNetwork } from '../../models/architecture.js';
import { architectureFor, classesWithoutPictures, picturesOf } from '../../train/trainable.js';
import { architectureName, architectureOptions } from '../architecture-flags.js';
import { reportNotes } from '../data-options.js';
import { UsageError } from '../errors.js';
import { say } from '../output.js';
import type { TrainOptions } from './options.js';

/** Opens the data, and says what one should know of it. @throws SppgpuError for a class that cannot be trained */
export async function openTrainingData(options: TrainOptions): Promise<DatasetSplits> {
  const { data, format, seed, valShare } = options;
  if (data === undefined) throw new UsageError('train: no pictures given; pass --data PATH');
  const splits = await openDataset(data, { format, seed, holdout: valShare });
  reportNotes(splits.notes);
  const lacking = classesWithoutPictures(splits.train);
  if (lacking.length > 0) say(`${splits.train.name}: no training picture of ${lacking.join(', ')}`);
  return splits;
}

/** The architecture that the options describe, for the classes of the data. */
export function trainingArchitecture(
  options: TrainOptions,
  { format, train }: DatasetSplits,
  imported?: ImportedNetwork,
): Architecture {
  const name = architectureName(options.model);
  if (imported) return architectureFor(train, name, { ...architectureOptions(options), imported });
  const inputChannels = options.channels ?? picturesOf(format).channels;
  return architectureFor(train, name, { ...architectureOptions(options), inputChannels });
}
