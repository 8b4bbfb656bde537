import { resampleGrey } from '../../data/resample.js';
import { CHANNELS, type Picture } from '../../picture/picture.js';
import { type Boxes, clipBoxes } from '../boxes.js';

/** A picture at the size at which proposals are looked for, and the way back. */
export interface WorkingPicture {
  readonly picture: Picture;
  /** Boxes of the working picture as boxes of the original. */
  readonly restore: (boxes: Boxes) => Boxes;
}

/** The picture itself where its longer side has at most `longest` pixels, else a smaller copy (antialiased) of that side. */
export function workingPicture(picture: Picture, longest: number): WorkingPicture {
  const scale = longest / Math.max(picture.width, picture.height);
  if (!(scale < 1)) return { picture, restore: (boxes) => boxes };
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const [across, down] = [picture.width / width, picture.height / height];
  return {
    picture: resized(picture, width, height),
    restore: (boxes) => {
      const larger = boxes.map((value, at) => value * (at % 2 === 0 ? across : down));
      return clipBoxes(larger, picture.width, picture.height);
    },
  };
}

function resized(picture: Picture, width: number, height: number): Picture {
  const data = new Uint8Array(width * height * CHANNELS);
  const plane = new Uint8Array(picture.width * picture.height);
  for (let c = 0; c < CHANNELS; c++) {
    for (let i = 0; i < plane.length; i++) plane[i] = picture.data[i * CHANNELS + c]!;
    const smaller = resampleGrey(plane, picture.width, picture.height, width, height);
    for (let i = 0; i < smaller.length; i++) data[i * CHANNELS + c] = Math.round(smaller[i]!);
  }
  return { width, height, data };
}
