import { ShapeError } from '../runtime/errors.js';
import type { Architecture } from './architecture.js';
import { type Axis, cellsBehind, kindOf, type LayerRecord, reachOf } from './layers/index.js';

/**
 * How cells of a map lie on the picture along an axis. In 0-based pixels, where pixel i has its centre at i:
 * cell c sees `receptiveField` pixels around `centre + stride * c`. Halves are exact, they come from even kernels.
 */
export interface MapGeometry {
  readonly stride: number;
  readonly receptiveField: number;
  readonly centre: number;
}

/** Cells of one layer's output along an axis; 0 where the input is too small for its window. */
export function outputSize(layer: LayerRecord, size: number, axis: Axis = 0): number {
  return cellsBehind(kindOf(layer), layer, size, axis);
}

/** Cells of the last map along an axis for an input of `size` pixels; 0 where some layer's window does not fit. */
export function mapSize(layers: readonly LayerRecord[], size: number, axis: Axis = 0): number {
  let cells = size;
  for (const layer of layers) {
    cells = outputSize(layer, cells, axis);
    if (cells < 1) return 0;
  }
  return cells;
}

/** Stride, receptive field and centre offset of the last map of some convolutional layers (the input itself: 1, 1, 0). */
export function mapGeometry(layers: readonly LayerRecord[], axis: Axis = 0): MapGeometry {
  let stride = 1;
  let receptiveField = 1;
  let centre = 0;
  for (const layer of layers) {
    const window = kindOf(layer).window?.(layer, axis);
    if (!window) continue;
    const reach = reachOf(window);
    receptiveField += (reach - 1) * stride;
    centre += ((reach - 1) / 2 - window.padding) * stride;
    stride *= window.stride;
  }
  return { stride, receptiveField, centre };
}

/** Whether cells lie on the picture along its columns as they do along its rows. */
export function isSquare(layers: readonly LayerRecord[]): boolean {
  const [rows, columns] = [mapGeometry(layers, 0), mapGeometry(layers, 1)];
  return rows.stride === columns.stride && rows.centre === columns.centre;
}

/**
 * How cells lie on the picture along both axes, for windows on the map. Receptive fields may differ, the larger one is given.
 * @throws ShapeError where strides or centres differ
 */
export function squareGeometry(layers: readonly LayerRecord[]): MapGeometry {
  const [rows, columns] = [mapGeometry(layers, 0), mapGeometry(layers, 1)];
  if (isSquare(layers)) return rows.receptiveField > columns.receptiveField ? rows : columns;
  const found = [rows, columns].map(({ stride, centre }) => `stride ${stride} and centre ${centre}`);
  throw new ShapeError(
    `this network's cells lie along rows (${found[0]}) otherwise than along columns (${found[1]}), and windows on its map need both alike; use another network`,
  );
}

/** The smallest input side for which every map has a cell, along both axes. */
export function minimumInput(layers: readonly LayerRecord[]): number {
  return Math.max(minimumAlong(layers, 0), minimumAlong(layers, 1));
}

function minimumAlong(layers: readonly LayerRecord[], axis: Axis): number {
  const { receptiveField } = mapGeometry(layers, axis);
  let low = 0;
  let high = receptiveField;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (mapSize(layers, middle, axis) > 0) high = middle;
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
  const layers = slidingLayers(architecture);
  if (height >= minimumAlong(layers, 0) && width >= minimumAlong(layers, 1)) return;
  const minimum = minimumInput(layers);
  throw new ShapeError(
    `${architecture.name}: an input of ${width}x${height} pixels is too small; both sides must have at least ${minimum}, so resize it`,
  );
}
