import type { ImageDataset } from '../../data/dataset.js';
import { FileError } from '../../runtime/errors.js';
import { boxArea, boxCount, clipBoxes, takeBoxes } from '../boxes.js';
import { type TrainingSet, truthOf } from '../training/examples.js';
import { LEFT_OUT } from './left-out.js';
import type { ProposalStore } from './proposal-store.node.js';

/**
 * Pictures of a data set with their stored windows, decoded when they are asked for.
 * @param places which pictures; default: all
 * @param onUnusable gets the line for a picture that cannot be read, once
 */
export function storedSet(
  dataset: ImageDataset,
  store: ProposalStore,
  onUnusable: (line: string) => void,
  places?: readonly number[],
): TrainingSet {
  const told = new Set<number>();
  const classes = dataset.classes.length;
  return {
    classes: dataset.classes,
    length: places?.length ?? dataset.length,
    async at(index) {
      const place = places ? places[index]! : index;
      const { id, objects = [] } = dataset.entry(place);
      try {
        if (!store.has(place)) return null;
        const { image } = await dataset.item(place);
        const boxes = clipBoxes(await store.read(place, id), image.width, image.height);
        const usable = Array.from({ length: boxCount(boxes) }, (_, i) => i).filter((i) => boxArea(boxes, i) > 0);
        return { id, picture: image, ...truthOf(objects, image, classes), proposals: takeBoxes(boxes, usable) };
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        if (!told.has(place)) onUnusable(`${error.message}${LEFT_OUT}`);
        told.add(place);
        return null;
      }
    },
  };
}
