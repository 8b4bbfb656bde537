import type { ImageObject } from '../../data/objects.js';
import { boxCount, boxesOf, iou } from '../../detect/boxes.js';
import type { Proposals } from '../../detect/proposals/proposals.js';
import { drawBox } from '../../picture/draw-box.js';
import type { Colour } from '../../picture/fill-box.js';
import type { Picture } from '../../picture/picture.js';
import { thumbnail } from '../../report/thumbnail.js';

/** Larger pictures are shown smaller. */
const LONGEST = 1000;

const RANKED: Colour = [255, 200, 40];
const OBJECT: Colour = [255, 255, 255];
const FOUND: Colour = [40, 220, 90];
const MISSED: Colour = [240, 50, 50];

/**
 * The picture with boxes drawn on it: without annotations the first `shown` windows; with them each object in white, and the
 * window that covers it best: green from an IoU of 0.5 on, else red.
 */
export function overlayPicture(
  picture: Picture,
  { boxes }: Proposals,
  objects: readonly ImageObject[] | undefined,
  shown: number,
): Picture {
  const small = thumbnail(picture, LONGEST);
  const canvas = { ...small, data: small.data.slice() };
  const [across, down] = [small.width / picture.width, small.height / picture.height];
  const draw = (x0: number, y0: number, x1: number, y1: number, colour: Colour): void =>
    drawBox(canvas, [x0 * across, y0 * down, x1 * across, y1 * down], colour);
  const window = (i: number, colour: Colour): void =>
    draw(boxes[4 * i]!, boxes[4 * i + 1]!, boxes[4 * i + 2]!, boxes[4 * i + 3]!, colour);
  // The best on top.
  if (!objects) for (let i = Math.min(shown, boxCount(boxes)) - 1; i >= 0; i--) window(i, RANKED);
  for (const { box } of objects ?? []) {
    draw(box.x0, box.y0, box.x1, box.y1, OBJECT);
    const target = boxesOf([box]);
    let best = { place: -1, overlap: 0 };
    for (let i = 0; i < boxCount(boxes); i++) {
      const overlap = iou(boxes, i, target, 0);
      if (overlap > best.overlap) best = { place: i, overlap };
    }
    if (best.place >= 0) window(best.place, best.overlap >= 0.5 ? FOUND : MISSED);
  }
  return canvas;
}
