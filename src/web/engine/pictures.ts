import { decodeImage } from '../../data/decode.js';
import type { ImageObject } from '../../data/objects.js';
import type { Picture } from '../../picture/picture.js';
import { SppgpuError } from '../../runtime/errors.js';
import { smaller } from './smaller.js';
import type { ShownPicture } from './wire.js';

/** The longer side of what is kept, at most: a camera's 20 million pixels are 60 MB, and no net of the page looks at so many. */
const KEPT_SIDE = 2048;
/** The longer side of what the page draws, at most. */
const PREVIEW_SIDE = 1280;

/** The pictures of the page, decoded; each has a number. */
export class Pictures {
  private readonly held = new Map<number, Picture>();
  private next = 1;

  get(id: number): Picture {
    const picture = this.held.get(id);
    if (!picture) throw new SppgpuError(`picture ${id} is not here any more; add it again`);
    return picture;
  }

  /** @throws FileError for a file that is not a picture, or damaged */
  async decode(bytes: Uint8Array, name: string): Promise<ShownPicture> {
    return this.add(await decodeImage(bytes, name), name);
  }

  /** A frame of a camera: four bytes per pixel. */
  frame(width: number, height: number, data: Uint8ClampedArray, name: string): ShownPicture {
    const rgb = new Uint8Array(width * height * 3);
    for (let i = 0; i < width * height; i++) rgb.set(data.subarray(4 * i, 4 * i + 3), 3 * i);
    return this.add({ width, height, data: rgb }, name);
  }

  add(picture: Picture, name: string, truth: readonly ImageObject[] | null = null): ShownPicture {
    const id = this.next++;
    const kept = truth ? picture : smaller(picture, KEPT_SIDE);
    this.held.set(id, kept);
    const { width, height } = kept;
    const full = { width: picture.width, height: picture.height };
    return { id, name, width, height, full, preview: preview(kept), truth };
  }

  forget(id: number): void {
    this.held.delete(id);
  }
}

/** The picture with an opaque fourth byte; large ones by every k-th pixel. */
function preview({ width, height, data }: Picture): ShownPicture['preview'] {
  const step = Math.max(1, Math.ceil(Math.max(width, height) / PREVIEW_SIDE));
  const [across, down] = [Math.ceil(width / step), Math.ceil(height / step)];
  const shown = new Uint8ClampedArray(across * down * 4);
  for (let y = 0, to = 0; y < down; y++) {
    for (let x = 0; x < across; x++, to += 4) {
      const from = 3 * (y * step * width + x * step);
      shown[to] = data[from]!;
      shown[to + 1] = data[from + 1]!;
      shown[to + 2] = data[from + 2]!;
      shown[to + 3] = 255;
    }
  }
  return { width: across, height: down, data: shown };
}
