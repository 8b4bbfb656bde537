import blockWgsl from '../../../shaders/tile/engines/block.wgsl';
import registersWgsl from '../../../shaders/tile/engines/registers.wgsl';
import subgroup4Wgsl from '../../../shaders/tile/engines/subgroup4.wgsl';
import subgroup8Wgsl from '../../../shaders/tile/engines/subgroup8.wgsl';
import subgroup8x32Wgsl from '../../../shaders/tile/engines/subgroup8x32.wgsl';
import type { Device } from '../../runtime/device.js';
import { DeviceError } from '../../runtime/errors.js';
import { defineKernel, type Filled, type Kernel, type Nothing } from '../../runtime/kernel.js';
import type { Shader, ShaderInterface } from '../../runtime/shader.js';

/** What a workgroup computes, by name: the rungs that matmul and the implicit convolutions share. */
export type TileEngine = 'registers' | 'block' | 'subgroup4' | 'subgroup8' | 'subgroup8x32';

interface Engine {
  /** Rows and vec4 columns of one tile. */
  readonly rows: number;
  readonly columns4: number;
  /** Lanes that a subgroup must have; 0 where subgroups are not used. */
  readonly subgroup: number;
  readonly why: string;
}

/** The one table of which tile suits which adapter (docs and benches print it). */
export const tileEngines: Readonly<Record<TileEngine, Engine>> = {
  registers: {
    rows: 8,
    columns4: 32,
    subgroup: 0,
    why: 'CPU adapters without usable subgroups: workgroup memory and barriers are ruinous there',
  },
  block: {
    rows: 64,
    columns4: 16,
    subgroup: 0,
    why: 'GPUs: workgroup memory feeds 4 x 4 registers an invocation',
  },
  subgroup4: {
    rows: 8,
    columns4: 4,
    subgroup: 4,
    why: 'CPU adapters with 4 lanes (SwiftShader): few loads, broadcasts instead of workgroup memory',
  },
  subgroup8: {
    rows: 16,
    columns4: 8,
    subgroup: 8,
    why: 'CPU adapters with 8 lanes (lavapipe), small products: compiles in half the time of the next rung',
  },
  subgroup8x32: {
    rows: 32,
    columns4: 8,
    subgroup: 8,
    why: 'CPU adapters with 8 lanes (lavapipe), large products: most multiply-adds per load',
  },
};

/** The kernel of a problem's file on each engine. */
/* @__NO_SIDE_EFFECTS__ */
export function defineTileKernels<I extends ShaderInterface>(
  problem: Shader<I>,
): Readonly<Record<TileEngine, Kernel<Filled<I, Nothing>>>> {
  return {
    registers: defineKernel(problem, registersWgsl),
    block: defineKernel(problem, blockWgsl),
    subgroup4: defineKernel(problem, subgroup4Wgsl),
    subgroup8: defineKernel(problem, subgroup8Wgsl),
    subgroup8x32: defineKernel(problem, subgroup8x32Wgsl),
  };
}

/** Multiply-adds from which the longer compilation of the larger tile pays. */
const LARGE = 2 ** 25;

/** The engine for this adapter and amount of work. */
export function chooseEngine(device: Device, multiplyAdds: number): TileEngine {
  const { software, subgroupSize } = device.info;
  if (!software) return 'block';
  if (subgroupSize === 8) return multiplyAdds >= LARGE ? 'subgroup8x32' : 'subgroup8';
  return subgroupSize === 4 ? 'subgroup4' : 'registers';
}

/** Engines that this device can run. */
export function availableEngines(device: Device): TileEngine[] {
  const { subgroupSize } = device.info;
  return (Object.keys(tileEngines) as TileEngine[]).filter((name) => {
    const { subgroup } = tileEngines[name];
    return subgroup === 0 || subgroup === subgroupSize;
  });
}

/** @throws DeviceError if the device lacks the subgroups that an engine is written for. */
export function checkEngine(op: string, device: Device, engine: TileEngine): void {
  if (!availableEngines(device).includes(engine)) {
    throw new DeviceError(
      `${op}: ${device.info.name} cannot run ${engine} (subgroup size ${device.info.subgroupSize || 'not fixed'}); use one of ${availableEngines(device).join(', ')}`,
    );
  }
}

/** Tiles, of one workgroup each. */
export function tilesOf(engine: TileEngine, rows: number, columns4: number, slices = 1): number {
  const tile = tileEngines[engine];
  return Math.ceil(rows / tile.rows) * Math.ceil(columns4 / tile.columns4) * slices;
}

/** Slices of a long sum are not cut shorter than this many steps of four. */
const SHORTEST_SLICE = 64;

/**
 * Slices into which the sum of a product is cut so that few tiles still fill the machine. The slices are added in a
 * fixed order by a second kernel, so the result does not depend on timing.
 */
export function splitsFor(device: Device, engine: TileEngine, rows: number, columns4: number, steps: number): number {
  const tiles = tilesOf(engine, rows, columns4);
  const wanted = device.info.software ? 8 : 512;
  return Math.max(1, Math.min(Math.ceil(wanted / tiles), Math.floor(steps / SHORTEST_SLICE)));
}
