import { basename, extname, join } from 'node:path';
import type { Detection } from '../../detect/detection.js';
import { writeFileAtomic } from '../../io/atomic.node.js';
import { makeFolder } from '../../io/make-folder.node.js';
import { drawBox } from '../../picture/draw-box.js';
import { drawLabel } from '../../picture/draw-label.js';
import type { Colour } from '../../picture/fill-box.js';
import type { Picture } from '../../picture/picture.js';
import { pngBytes } from '../../report/png.js';
import { thumbnail } from '../../report/thumbnail.js';
import { FileError } from '../../runtime/errors.js';

/** Longer side of the copies at most. */
const LONGEST = 1600;

/** Colours of the classes, told apart by hue in golden steps. */
function colourOf(label: number): Colour {
  const hue = (label * 0.618034) % 1;
  const part = (shift: number): number => {
    const at = Math.abs(((hue + shift) % 1) * 6 - 3) - 1;
    return Math.round(255 * Math.min(1, Math.max(0, at)));
  };
  return [part(0), part(2 / 3), part(1 / 3)];
}

/** Copies of pictures with boxes, their names and scores, each under the name of its picture. */
export class Copies {
  private constructor(
    private readonly folder: string,
    private readonly names: ReadonlyMap<string, string>,
  ) {}

  /** @throws FileError for a folder that cannot be made, or in which a picture would be its own copy */
  static async open(folder: string, files: readonly string[]): Promise<Copies> {
    await makeFolder(folder);
    const names = new Map<string, string>();
    const taken = new Set<string>();
    for (const file of files) {
      const stem = basename(file, extname(file));
      let name = `${stem}.png`;
      for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${stem}-${n}.png`;
      taken.add(name.toLowerCase());
      const copy = join(folder, name);
      if (files.some((other) => join(other) === copy))
        throw new FileError(copy, 'is a picture to look at', 'give another --out');
      names.set(file, copy);
    }
    return new Copies(folder, names);
  }

  async write(
    file: string,
    picture: Picture,
    classes: readonly string[],
    detections: readonly Detection[],
  ): Promise<void> {
    const small = thumbnail(picture, LONGEST);
    const canvas = { ...small, data: small.data.slice() };
    const [across, down] = [small.width / picture.width, small.height / picture.height];
    // The surest on top.
    for (const { label, score, box } of [...detections].reverse()) {
      const colour = colourOf(label);
      drawBox(canvas, [box.x0 * across, box.y0 * down, box.x1 * across, box.y1 * down], colour, 3);
      drawLabel(canvas, `${classes[label]} ${score.toFixed(2)}`, box.x0 * across, box.y0 * down, colour);
    }
    await writeFileAtomic(this.names.get(file) ?? join(this.folder, basename(file)), pngBytes(canvas));
  }
}
