import { scope } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { TileEngine } from '../tile/engines.js';
import { gather, packBackwardWeights, packForwardWeights } from './gather.js';
import { inputLayout, packedImageSize, packInput, packMaps } from './maps.js';
import { phasePadding, phasesOf } from './phases.js';
import { type ConvShape, imageRuns, imageSizes } from './shape.js';

const OP = 'conv2d';

/** Convolution as an implicit product: the map is packed, its patches are never written out. Fills `y`. */
export function implicitForward(
  x: Tensor,
  w: Tensor,
  bias: Tensor | null,
  y: Tensor,
  shape: ConvShape,
  relu: boolean,
  engine: TileEngine,
): void {
  const { groups, out, kernel, stride, dilation } = shape;
  const layout = inputLayout(shape);
  const { input, output } = imageSizes(shape);
  const pixels = out[0] * out[1];
  const weights = packForwardWeights(OP, w, shape, layout.unfolded, engine);
  const largest = Math.max(input, output, packedImageSize(groups, layout));
  for (const { first, count } of imageRuns(shape.images, largest, x.device.maxBindingBytes)) {
    scope(() => {
      const maps = packInput(OP, x, first, count, shape, layout);
      gather({
        op: OP,
        engine,
        images: count,
        groups,
        grid: out,
        maps,
        origin: 0,
        pixel: [stride[0] * maps.row, layout.columnStep * maps.column],
        taps: {
          counts: layout.taps,
          distance: [dilation[0] * maps.row, dilation[1] * maps.column],
          first: 0,
          numbering: [layout.unfolded ? 1 : kernel[1], 1],
        },
        weights,
        bias,
        relu,
        output: {
          tensor: y,
          first: first * output,
          count: count * output,
          origin: 0,
          image: output,
          channel: pixels,
          pixel: [out[1], 1],
        },
      });
    });
  }
}

/** Gradient to the input: one implicit product over the output's gradient per phase of the stride. Fills `dx`. */
export function implicitInputGradient(dy: Tensor, w: Tensor, dx: Tensor, shape: ConvShape, engine: TileEngine): void {
  const { groups, outChannels, size, out, kernel, stride, padding, dilation } = shape;
  const [down, across] = ([0, 1] as const).map((axis) =>
    phasesOf(size[axis], kernel[axis], stride[axis], padding[axis], dilation[axis]),
  ) as [ReturnType<typeof phasesOf>, ReturnType<typeof phasesOf>];
  const vertical = phasePadding(down, out[0]);
  const horizontal = phasePadding(across, out[1]);
  const rows = vertical.before + out[0] + vertical.behind;
  const columns = horizontal.before + out[1] + horizontal.behind;
  const { input, output } = imageSizes(shape);
  const weights = packBackwardWeights(OP, w, shape, engine);
  const packed = rows * columns * groups * Math.ceil(shape.groupOutChannels / 4) * 4;
  for (const { first, count } of imageRuns(shape.images, Math.max(input, output, packed), dy.device.maxBindingBytes)) {
    scope(() => {
      const maps = packMaps(OP, dy, first, count, {
        channels: outChannels,
        groups,
        size: out,
        padTop: vertical.before,
        padLeft: horizontal.before,
        rows,
        columns,
      });
      for (const row of down) {
        for (const column of across) {
          gather({
            op: OP,
            engine,
            images: count,
            groups,
            grid: [row.cells, column.cells],
            maps,
            origin: (row.shift + vertical.before) * maps.row + (column.shift + horizontal.before) * maps.column,
            pixel: [maps.row, maps.column],
            taps: {
              counts: [row.taps, column.taps],
              distance: [-row.shiftStep * maps.row, -column.shiftStep * maps.column],
              first: row.firstTap * kernel[1] + column.firstTap,
              numbering: [row.tapStep * kernel[1], column.tapStep],
            },
            weights,
            bias: null,
            relu: false,
            output: {
              tensor: dx,
              first: first * input,
              count: count * input,
              origin: row.residue * size[1] + column.residue,
              image: input,
              channel: size[0] * size[1],
              pixel: [stride[0] * size[1], stride[1]],
            },
          });
        }
      }
    });
  }
}
