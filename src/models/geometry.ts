import { windowCount } from '../ops/window-count.js';
import { ShapeError } from '../runtime/errors.js';
import type { Architecture } from './architecture.js';
import { kindOf, type LayerRecord } from './layers/index.js';

/**
 * How cells of a map lie on the picture, the same along both axes. In 0-based pixels, where pixel i has its centre at i:
 * cell c sees `receptiveField` pixels around `centre + stride * c`. Halves are exact, they come from even kernels.
 */
export interface MapGeometry {
  readonly stride: number;
  readonly receptiveField: number;
  readonly centre: number;
}

/** Cells of one layer's output along one axis; 0 where the input is too small for its window. */
export function outputSize(layer: LayerRecord, size: number): number {
  const window = kindOf(layer).window?.(layer);
  return window ? windowCount(size, window) : size;
}

/** Cells of the last map along one axis for an input of `size` pixels; 0 where some layer's window does not fit. */
export function mapSize(layers: readonly LayerRecord[], size: number): number {
  let cells = size;
  for (const layer of layers) {
    cells = outputSize(layer, cells);
    if (cells < 1) return 0;
  }
  return cells;
}

/** Stride, receptive field and centre offset of the last map of some convolutional layers (the input itself: 1, 1, 0). */
export function mapGeometry(layers: readonly LayerRecord[]): MapGeometry {
  let stride = 1;
  let receptiveField = 1;
  let centre = 0;
  for (const layer of layers) {
    const window = kindOf(layer).window?.(layer);
    if (!window) continue;
    receptiveField += (window.kernel - 1) * stride;
    centre += ((window.kernel - 1) / 2 - window.padding) * stride;
    stride *= window.stride;
  }
  return { stride, receptiveField, centre };
}

/** The smallest input side for which every map has a cell. */
export function minimumInput(layers: readonly LayerRecord[]): number {
  const { receptiveField } = mapGeometry(layers);
  let low = 0;
  let high = receptiveField;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (mapSize(layers, middle) > 0) high = middle;
    else low = middle;
  }
  return high;
}

/** The layers that every picture must be large enough for: the convolutions, and pools of the head before one of any size. */
export function slidingLayers({ features, classifier }: Architecture): readonly LayerRecord[] {
  const anySize = classifier.findIndex(({ type }) => type === 'adaptiveavgpool');
  return [...features, ...classifier.slice(0, Math.max(0, anySize))];
}

/**
 * Refuses a picture that some window does not fit into.
 * @throws ShapeError with the picture's size and the smallest side that works
 */
export function checkInput(architecture: Architecture, height: number, width: number): void {
  const minimum = minimumInput(slidingLayers(architecture));
  if (Math.min(height, width) >= minimum) return;
  throw new ShapeError(
    `${architecture.name}: an input of ${width}x${height} pixels is too small; both sides must have at least ${minimum}, so resize it`,
  );
}
