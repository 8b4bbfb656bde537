import { datasetOf, type ImageDataset, type ImageEntry, type ImageItem } from '../data/dataset.js';
import type { PixelBox } from '../data/objects.js';
import { itemRng, PURPOSE } from '../data/rng.js';
import { boxesOf, iou } from '../detect/boxes.js';
import { cropPicture } from '../picture/crop.js';
import type { Picture } from '../picture/picture.js';
import type { Rng } from '../tensor/rng.js';

/** Name of the class of what is not a digit. */
const GROUND = 'ground';
/** Parts of the ground per scene. */
const GROUNDS = 3;
/** Border around a digit, as a share of its sides. */
const MARGIN = 0.12;
/** A part of the ground overlaps every digit by less. */
const MOST_IOU = 0.2;

/** The digits of scenes, each cut out with a little of what is around it, and parts of the ground as a class of their own. */
export function sceneCrops(scenes: readonly ImageItem[], classes: readonly string[], seed: number): ImageDataset {
  const crops = scenes.flatMap(({ id, image, objects = [] }, index) => {
    const rng = itemRng(seed, PURPOSE.scene, 4, index);
    const digits = objects.map(({ label, box }) => ({ label, box }));
    const grounds = Array.from({ length: GROUNDS }, () => {
      return {
        label: classes.length,
        box: groundBox(
          rng,
          image,
          objects.map(({ box }) => box),
        ),
      };
    });
    return [...digits, ...grounds].map(({ label, box }, i) => ({ id: `${id}/${i}`, label, image, box }));
  });
  const entries = crops.map(({ id, label }): ImageEntry => ({ id, label }));
  return datasetOf('crops of scenes', [...classes, GROUND], entries, (index) => {
    const { image, box } = crops[index]!;
    const [x, y] = [Math.ceil(MARGIN * (box.x1 - box.x0)), Math.ceil(MARGIN * (box.y1 - box.y0))];
    return cropPicture(image, { x0: box.x0 - x, y0: box.y0 - y, x1: box.x1 + x, y1: box.y1 + y });
  });
}

/** A box somewhere that holds at most a part of a digit. */
function groundBox(rng: Rng, { width, height }: Picture, digits: readonly PixelBox[]): PixelBox {
  const truth = boxesOf(digits);
  for (;;) {
    const [across, down] = [Math.round(rng.uniform(8, 0.4 * width)), Math.round(rng.uniform(12, 0.5 * height))];
    const [x0, y0] = [rng.int(width - across), rng.int(height - down)];
    const box = { x0, y0, x1: x0 + across, y1: y0 + down };
    if (digits.every((_, i) => iou(boxesOf([box]), 0, truth, i) < MOST_IOU)) return box;
  }
}
