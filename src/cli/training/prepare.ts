import type { PictureDecoder } from '../../data/picture-decoder.js';
import { storedPreparation } from '../../models/stored-preparation.js';
import type { Device } from '../../runtime/device.js';
import { knownPreparation, measuredPreparation, type TrainingPreparation, toMeasure } from '../../train/preparation.js';
import { sequentialLoader } from '../data-options.js';
import { readDataTensors } from '../model-file.js';
import { say } from '../output.js';
import { Progress } from '../progress.js';
import type { TrainingPlan } from './plan.js';

/** The preparation of a run's pictures: out of the checkpoint of one that goes on, else measured, which is shown. */
export async function prepareTraining(
  device: Device,
  { options, resumed, splits: { train }, architecture }: TrainingPlan,
  decoder: PictureDecoder,
  signal: AbortSignal,
): Promise<TrainingPreparation> {
  if (resumed) {
    const { info, checkpoint } = resumed;
    return knownPreparation(device, storedPreparation(info.run, checkpoint), await readDataTensors(checkpoint));
  }
  const loader = sequentialLoader(train, options, decoder);
  const wanted = toMeasure(options);
  if (wanted === null) return measuredPreparation(device, options, loader, architecture.input);
  say(`measuring ${wanted} of the training set`);
  const progress = new Progress('measuring:', train.length, 'images');
  const onProgress = (images: number) => progress.update(images);
  const found = await measuredPreparation(device, options, loader, architecture.input, { onProgress, signal });
  progress.stop();
  return found;
}
