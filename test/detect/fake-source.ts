/** Windows whose vectors are known: what stands behind them is tested without a network. */
import { type Boxes, boxCount } from '../../src/detect/boxes.js';
import type { RegionNetwork } from '../../src/detect/features/region-network.js';
import type { PooledPart, WindowSource } from '../../src/detect/features/window-source.js';
import type { Picture } from '../../src/picture/picture.js';
import type { Device } from '../../src/runtime/device.js';
import { tensor } from '../../src/tensor/create.js';

/** @param vectorOf the vector of a window of a picture */
export function fakeSource(
  device: Device,
  dimension: number,
  vectorOf: (picture: Picture, box: Boxes) => Float32Array,
): WindowSource & { readonly asked: number } {
  const network = {
    layer: 'spp',
    dimension,
    pooledDimension: dimension,
    head: (x: unknown) => x,
    network: { parameters: () => [{ device }] },
  } as unknown as RegionNetwork;
  const source = {
    network,
    settings: { kind: 'fake' },
    asked: 0,
    keys: (_: Picture, boxes: Boxes) =>
      Array.from({ length: boxCount(boxes) }, (_unused, i) => `${boxes.subarray(i * 4, i * 4 + 4)}`),
    async *pooled(picture: Picture, boxes: Boxes): AsyncGenerator<PooledPart> {
      const count = boxCount(boxes);
      source.asked += count;
      // Two parts, the second half first: consumers must not lean on an order.
      const middle = Math.ceil(count / 2);
      for (const [from, to] of [
        [middle, count],
        [0, middle],
      ] as const) {
        if (from === to) continue;
        const rows = Int32Array.from({ length: to - from }, (_, i) => from + i);
        const data = new Float32Array(rows.length * dimension);
        for (const [i, row] of rows.entries())
          data.set(vectorOf(picture, boxes.subarray(row * 4, row * 4 + 4)), i * dimension);
        yield { rows, vectors: tensor(device, data, { shape: [rows.length, dimension] }) };
      }
    },
  };
  return source;
}
