import { DeviceError, FileError, SppgpuError } from '../../runtime/errors.js';
import type { TrainingPicture, TrainingSet } from '../training/examples.js';
import { LEFT_OUT } from './left-out.js';

/**
 * Makes sets leave out the pictures whose maps a device cannot hold: a line tells of each, once, and the run goes on with the
 * others. The same device leaves out the same ones, in every stage and after every resume.
 * @param make makes all maps of a picture, or finds them
 */
export function mappedSets(
  make: (example: TrainingPicture) => Promise<void>,
  onUnusable: (line: string) => void,
): (set: TrainingSet) => TrainingSet {
  const fits = new Map<string, boolean>();
  const fitting = async (example: TrainingPicture): Promise<boolean> => {
    try {
      await make(example);
      return true;
    } catch (error) {
      // Without a device, or a disk, no other picture could be used either.
      if (!(error instanceof SppgpuError) || error instanceof DeviceError || error instanceof FileError) throw error;
      onUnusable(`${example.id}: ${error.message}${LEFT_OUT}`);
      return false;
    }
  };
  return (set) => ({
    classes: set.classes,
    length: set.length,
    async at(index) {
      const example = await set.at(index);
      if (!example) return null;
      const known = fits.get(example.id) ?? (await fitting(example));
      fits.set(example.id, known);
      return known ? example : null;
    },
  });
}
