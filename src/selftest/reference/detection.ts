/** Boxes: greedy non-maximum suppression, and RoIAlign sample by sample. */
import { at, build, type NdArray, nd, pair } from './nd.js';

/** 1 for every box that stays. */
export function nmsMask(boxes: NdArray, scores: NdArray, threshold = 0.5): NdArray {
  const corners = (i: number) => [0, 1, 2, 3].map((k) => boxes.data[4 * i + k]!) as [number, number, number, number];
  const overlap = (i: number, j: number) => {
    const [a, b] = [corners(i), corners(j)];
    const width = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
    const height = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
    const area = ([x0, y0, x1, y1]: [number, number, number, number]) => (x1 - x0) * (y1 - y0);
    return (width * height) / (area(a) + area(b) - width * height);
  };
  const order = Array.from(scores.data, (_, i) => i).sort((i, j) => scores.data[j]! - scores.data[i]!);
  const kept: number[] = [];
  for (const i of order) if (!kept.some((j) => overlap(i, j) > threshold)) kept.push(i);
  return nd(
    [scores.data.length],
    Array.from(scores.data, (_, i) => Number(kept.includes(i))),
    'u32',
  );
}

export interface RoiAttrs {
  outputSize: number | readonly number[];
  spatialScale?: number;
  samplingRatio?: number;
  aligned?: boolean;
}

/** torchvision's loops: every bin is the mean of its bilinear samples. */
export function roiAlign(x: NdArray, boxes: NdArray, attrs: RoiAttrs): NdArray {
  const bins = pair(attrs.outputSize);
  const { spatialScale = 1, samplingRatio = 0, aligned = false } = attrs;
  const [images, channels, height, width] = x.shape as [number, number, number, number];
  return build([boxes.shape[0]!, channels, ...bins], ([k, c, p, q]) => {
    const [image, ...box] = Array.from(boxes.data.slice(5 * k!, 5 * k! + 5)) as [number, ...number[]];
    if (image < 0 || image >= images) return Number.NaN;
    const [x0, y0, x1, y1] = box.map((v) => v * spatialScale - (aligned ? 0.5 : 0)) as [number, number, number, number];
    const side = (length: number) => (aligned ? length : Math.max(length, 1));
    const [binY, binX] = [side(y1 - y0) / bins[0], side(x1 - x0) / bins[1]];
    const [countY, countX] = [samplingRatio || Math.ceil(binY), samplingRatio || Math.ceil(binX)];
    let total = 0;
    for (let i = 0; i < countY; i++) {
      for (let j = 0; j < countX; j++) {
        const sampleY = y0 + p! * binY + ((i + 0.5) * binY) / countY;
        const sampleX = x0 + q! * binX + ((j + 0.5) * binX) / countX;
        total += bilinear(sampleY, sampleX, height, width, (row, column) => at(x, [image, c!, row, column]));
      }
    }
    return total / Math.max(countY * countX, 1);
  });
}

function bilinear(
  y: number,
  x: number,
  height: number,
  width: number,
  cell: (row: number, column: number) => number,
): number {
  if (y < -1 || y > height || x < -1 || x > width) return 0;
  const [top, left] = [Math.min(Math.max(y, 0), height - 1), Math.min(Math.max(x, 0), width - 1)];
  const [row, column] = [Math.floor(top), Math.floor(left)];
  const [down, across] = [Math.min(row + 1, height - 1), Math.min(column + 1, width - 1)];
  const [v, h] = [top - row, left - column];
  const upper = (1 - h) * cell(row, column) + h * cell(row, across);
  const lower = (1 - h) * cell(down, column) + h * cell(down, across);
  return (1 - v) * upper + v * lower;
}
