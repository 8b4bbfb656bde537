import {
  centreView,
  type Device,
  fullView,
  type ImageDataset,
  type Network,
  noGrad,
  preparePictures,
  resizeBilinear,
  scope,
  spatialPyramidPool,
} from '../../src/node.js';

/** The paper's pyramid; the finest level comes first, so that a net without the others reads the front of a vector. */
export const LEVELS = [6, 3, 2, 1] as const;
/** Bins of the finest level: what the paper's fixed pool gives on the 13 x 13 map of a 224-pixel picture. */
export const FIXED_BINS = 36;
/** The size that a net with a fixed pool takes. */
export const FIXED_SIZE = 224;
const PICTURES_PER_PASS = 16;

/** How a picture is shown: its central square at so many pixels, or all of it with its shorter side at 224. */
export type Look = number | 'full';

/** Vectors of all pictures of a set under one look, `[pictures, dimension]`. */
export interface PooledSet {
  readonly dimension: number;
  readonly data: Float32Array;
}

/**
 * Pooled convolutional features of every picture: the whole pyramid, channels slowest within a level.
 * @param fixed what a net of one input size sees: the picture of that look, brought to 224 x 224 pixels first
 */
export async function pooledViews(
  device: Device,
  network: Network,
  pictures: ImageDataset,
  look: Look,
  fixed: boolean,
): Promise<PooledSet> {
  let data: Float32Array | undefined;
  let dimension = 0;
  for (let index = 0; index < pictures.length; ) {
    const items = [await pictures.item(index)];
    const shape = shapeOf(items[0]!.image, look);
    // Pictures of one shape share a pass; central squares all do.
    while (items.length < PICTURES_PER_PASS && index + items.length < pictures.length) {
      const next = await pictures.item(index + items.length);
      if (String(shapeOf(next.image, look)) !== String(shape)) break;
      items.push(next);
    }
    const images = items.map(({ image }) => image);
    const views = images.map(({ width, height }) =>
      look === 'full'
        ? fullView(width, height, FIXED_SIZE)
        : centreView(width, height, { shorterSide: look, crop: look }),
    );
    const pooled = noGrad(() =>
      scope(() => {
        const seen = preparePictures(device, images, views, network.architecture.input);
        const input = fixed ? resizeBilinear(seen, [FIXED_SIZE, FIXED_SIZE]) : seen;
        return spatialPyramidPool(network.features.forward(input), LEVELS);
      }),
    );
    dimension = pooled.shape[1]!;
    data ??= new Float32Array(pictures.length * dimension);
    data.set((await pooled.data()) as Float32Array, index * dimension);
    pooled.dispose();
    index += items.length;
  }
  return { dimension, data: data ?? new Float32Array() };
}

function shapeOf(
  { width, height }: { readonly width: number; readonly height: number },
  look: Look,
): readonly number[] {
  return look === 'full' ? fullView(width, height, FIXED_SIZE).outSize : [look, look];
}
