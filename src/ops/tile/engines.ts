import blockWgsl from '../../../shaders/tile/engines/block.wgsl';
import block64Wgsl from '../../../shaders/tile/engines/block64.wgsl';
import block128Wgsl from '../../../shaders/tile/engines/block128.wgsl';
import matrixWgsl from '../../../shaders/tile/engines/matrix.wgsl';
import registersWgsl from '../../../shaders/tile/engines/registers.wgsl';
import subgroup4Wgsl from '../../../shaders/tile/engines/subgroup4.wgsl';
import subgroup4x32Wgsl from '../../../shaders/tile/engines/subgroup4x32.wgsl';
import subgroup8Wgsl from '../../../shaders/tile/engines/subgroup8.wgsl';
import subgroup8x32Wgsl from '../../../shaders/tile/engines/subgroup8x32.wgsl';
import warp128Wgsl from '../../../shaders/tile/engines/warp128.wgsl';
import type { Device } from '../../runtime/device.js';
import { defineKernel, type Filled, type Kernel, type Nothing } from '../../runtime/kernel.js';
import { made } from '../../runtime/made.js';
import type { Shader, ShaderInterface } from '../../runtime/shader.js';
import { inF16, NEVER, never, ON_GPUS, onGpus, type Rung, type RungNotes, type When } from '../ladder.js';
import type { OperandType } from './window.js';

/** What a workgroup computes, by name: the rungs that matmul and the implicit convolutions share. */
export type TileEngine =
  | 'registers'
  | 'block'
  | 'block64'
  | 'block128'
  | 'warp128'
  | 'matrix8'
  | 'matrix16'
  | 'subgroup4'
  | 'subgroup4x32'
  | 'subgroup8'
  | 'subgroup8x32';

/** What decides between engines. */
export interface ProductWork {
  readonly multiplyAdds: number;
  /** Rows and columns of the result, where it is a matrix. */
  readonly rows?: number;
  readonly columns?: number;
  /** Operands stored as f16. */
  readonly half?: boolean;
}

interface EngineRung extends Omit<Rung<TileEngine, ProductWork>, 'kernels' | 'takes'> {
  readonly takes?: When<Pick<ProductWork, 'half'>>;
  /** Rows and vec4 columns of one tile. */
  readonly rows: number;
  readonly columns4: number;
}

/** Multiply-adds from which the longer compilation of the larger tile pays, with 8 lanes and with 4. */
const LARGE = 2 ** 25;
const LARGE_OF_4 = 2 ** 20;

/** Whether a tile of 32 rows pays with 4 lanes: of few rows most of it would be padding; so it would of few columns, where the product is transposed. */
const largeOf4 = ({ multiplyAdds, rows = 32, columns = 32 }: ProductWork): boolean =>
  multiplyAdds >= LARGE_OF_4 && rows >= 32 && columns >= 16;

/** True for CPU adapters with this subgroup size; 0 for all that no other engine is made for. */
const cpuLanes = ({ info }: Device, lanes: 0 | 4 | 8): boolean =>
  info.software && (lanes === 0 ? ![4, 8].includes(info.subgroupSize) : info.subgroupSize === lanes);

/** The engines, as rows of every ladder whose products run on them. */
export const engineRungs: readonly EngineRung[] = [
  {
    rung: 'registers',
    rows: 8,
    columns4: 32,
    chooseWhen: (device) => cpuLanes(device, 0),
  },
  {
    rung: 'subgroup4',
    rows: 8,
    columns4: 4,
    needs: { subgroup: 4 },
    chooseWhen: (device, work) => cpuLanes(device, 4) && !largeOf4(work),
  },
  {
    rung: 'subgroup4x32',
    rows: 32,
    columns4: 4,
    needs: { subgroup: 4 },
    chooseWhen: (device, work) => cpuLanes(device, 4) && largeOf4(work),
  },
  {
    rung: 'subgroup8',
    rows: 16,
    columns4: 8,
    needs: { subgroup: 8 },
    chooseWhen: (device, { multiplyAdds }) => cpuLanes(device, 8) && multiplyAdds < LARGE,
  },
  {
    rung: 'subgroup8x32',
    rows: 32,
    columns4: 8,
    needs: { subgroup: 8 },
    chooseWhen: (device, { multiplyAdds }) => cpuLanes(device, 8) && multiplyAdds >= LARGE,
  },
  {
    rung: 'block',
    rows: 64,
    columns4: 16,
    chooseWhen: onGpus,
  },
  {
    rung: 'block64',
    rows: 64,
    columns4: 16,
    chooseWhen: never,
  },
  {
    rung: 'block128',
    rows: 128,
    columns4: 32,
    chooseWhen: never,
  },
  {
    rung: 'warp128',
    rows: 128,
    columns4: 32,
    chooseWhen: never,
  },
  {
    rung: 'matrix8',
    rows: 64,
    columns4: 16,
    needs: { subgroup: 8, matrix: '8x8x8' },
    takes: inF16,
    chooseWhen: never,
  },
  {
    rung: 'matrix16',
    rows: 64,
    columns4: 16,
    needs: { subgroup: 32, matrix: '16x16x16' },
    takes: inF16,
    chooseWhen: never,
  },
];

export const engineNotes: RungNotes<TileEngine> = {
  registers: {
    file: 'tile/engines/registers.wgsl',
    adapterClass: 'cpu',
    chosenFor: 'CPU adapters whose subgroup size is neither 4 nor 8, or not fixed',
    why: '8 rows x 128 columns, 8 x 4 in the registers of an invocation: no workgroup memory and no barriers, which are ruinous on CPU adapters',
  },
  subgroup4: {
    file: 'tile/engines/subgroup4.wgsl',
    adapterClass: 'cpu',
    chosenFor:
      'CPU adapters with 4 lanes (SwiftShader), below 2^20 multiply-adds, 32 rows or, of a matrix product, 16 columns',
    why: '8 x 16, swaps inside a quad instead of workgroup memory: few loads',
  },
  subgroup4x32: {
    file: 'tile/engines/subgroup4x32.wgsl',
    adapterClass: 'cpu',
    chosenFor:
      'CPU adapters with 4 lanes (SwiftShader), from 2^20 multiply-adds with 32 rows and, of a matrix product, 16 columns or more',
    why: '32 x 16, swaps inside a quad: most multiply-adds per load',
  },
  subgroup8: {
    file: 'tile/engines/subgroup8.wgsl',
    adapterClass: 'cpu',
    chosenFor: 'CPU adapters with 8 lanes (lavapipe), below 2^25 multiply-adds',
    why: '16 x 32, broadcasts inside a subgroup: compiles in half the time of the next rung',
  },
  subgroup8x32: {
    file: 'tile/engines/subgroup8x32.wgsl',
    adapterClass: 'cpu',
    chosenFor: 'CPU adapters with 8 lanes (lavapipe), from 2^25 multiply-adds',
    why: '32 x 32, broadcasts inside a subgroup: most multiply-adds per load',
  },
  block: {
    file: 'tile/engines/block.wgsl',
    adapterClass: 'gpu',
    chosenFor: ON_GPUS,
    why: '64 x 64 by 256 invocations: workgroup memory feeds 4 x 4 registers of each',
  },
  block64: {
    file: 'tile/engines/block64.wgsl',
    adapterClass: 'gpu',
    chosenFor: NEVER,
    why: '64 x 64 by 64 invocations, 8 x 8 in the registers of each: twice the multiply-adds per read of workgroup memory',
    lost: '256 x 256 x 256 on lavapipe with two busy cores: 44 ms against 6.8 ms of `subgroup8x32`; on GPUs not measured yet, `sppgpu tune` does',
  },
  block128: {
    file: 'tile/engines/block128.wgsl',
    adapterClass: 'gpu',
    chosenFor: NEVER,
    why: '128 x 128 by 256 invocations, 8 x 8 in the registers of each: half the loads from memory per multiply-add, too',
    lost: '256 x 256 x 256 on lavapipe with two busy cores: 19 ms (`block`: 87 ms) against 6.8 ms of `subgroup8x32`; on GPUs not measured yet, `sppgpu tune` does',
  },
  warp128: {
    file: 'tile/engines/warp128.wgsl',
    adapterClass: 'gpu',
    chosenFor: NEVER,
    why: 'the tile of `block128`, 32 x 64 of it by each 32 invocations that run as one: a third fewer reads of workgroup memory',
    lost: '256 x 256 x 256 on lavapipe: 3.1 ms (`block128`: 3.2 ms) against 1.3 ms of `subgroup8x32`; on GPUs not measured yet, `sppgpu tune` does',
  },
  matrix8: {
    file: 'tile/engines/matrix.wgsl',
    adapterClass: 'gpu',
    chosenFor: NEVER,
    why: '64 x 64 by four subgroups, whose units multiply 8 x 8 x 8 halves as one and add in f32',
    lost: '256 x 256 x 256 in halves on lavapipe of Mesa 26.1, which does it in loops, with two busy cores: 9.4 ms against 0.97 ms of `subgroup8`',
  },
  matrix16: {
    file: 'tile/engines/matrix.wgsl',
    adapterClass: 'gpu',
    chosenFor: NEVER,
    why: 'the same with units of 16 x 16 x 16 halves and 32 lanes, as GPUs have them',
    lost: 'no adapter here has the units: right in all cases of its ops with the units written out as loops, on none with real ones, measured nowhere; `sppgpu tune` does where a device has them',
  },
};

const tiles = made(
  () => Object.fromEntries(engineRungs.map((row) => [row.rung, row])) as Record<TileEngine, EngineRung>,
);

/** Rows and vec4 columns of an engine's tile. */
export function tileOf(engine: TileEngine): { readonly rows: number; readonly columns4: number } {
  return tiles[engine];
}

/** A problem's kernels, by what its operands are stored as and by engine. */
type TileKernels<I extends ShaderInterface> = Readonly<
  Record<OperandType, Readonly<Record<TileEngine, Kernel<Filled<I, Nothing>>>>>
>;

/** The kernels of a problem's file on each engine. */
/* @__NO_SIDE_EFFECTS__ */
export function defineTileKernels<I extends ShaderInterface & { readonly choices: OperandType }>(
  problem: Shader<I>,
): TileKernels<I> {
  const of = (operands: OperandType) => ({
    registers: defineKernel(problem, operands, registersWgsl),
    block: defineKernel(problem, operands, blockWgsl),
    block64: defineKernel(problem, operands, block64Wgsl),
    block128: defineKernel(problem, operands, block128Wgsl),
    warp128: defineKernel(problem, operands, warp128Wgsl),
    matrix8: defineKernel(problem, operands, matrixWgsl, 'unit8'),
    matrix16: defineKernel(problem, operands, matrixWgsl, 'unit16'),
    subgroup4: defineKernel(problem, operands, subgroup4Wgsl),
    subgroup4x32: defineKernel(problem, operands, subgroup4x32Wgsl),
    subgroup8: defineKernel(problem, operands, subgroup8Wgsl),
    subgroup8x32: defineKernel(problem, operands, subgroup8x32Wgsl),
  });
  return { f32: of('f32'), f16: of('f16') };
}

/** A rung's kernels for the kinds of operands that it takes. */
export function kernelsOf(
  kernels: Readonly<Record<OperandType, Readonly<Record<TileEngine, Kernel>>>>,
  engine: TileEngine,
): readonly Kernel[] {
  return tiles[engine].takes === inF16 ? [kernels.f16[engine]] : [kernels.f32[engine], kernels.f16[engine]];
}

/** Tiles of a product, of one workgroup each. */
export function tilesOf(engine: TileEngine, rows: number, columns4: number, slices = 1): number {
  const tile = tiles[engine];
  return Math.ceil(rows / tile.rows) * Math.ceil(columns4 / tile.columns4) * slices;
}

/** Slices of a long sum are not cut shorter than this many steps of four. */
const SHORTEST_SLICE = 64;

/**
 * Slices into which the sum of a product is cut so that few tiles still fill the machine. The slices are added in a
 * fixed order by a second kernel, so the result does not depend on timing.
 */
export function splitsFor(device: Device, engine: TileEngine, rows: number, columns4: number, steps: number): number {
  const count = tilesOf(engine, rows, columns4);
  const wanted = device.info.software ? 8 : 512;
  return Math.max(1, Math.min(Math.ceil(wanted / count), Math.floor(steps / SHORTEST_SLICE)));
}
