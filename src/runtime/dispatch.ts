import type { BufferSlice } from './bind-groups.js';
import { foldGrid, type Workgroups } from './grid.js';
import type { Kernel } from './kernel.js';
import type { Params, ParamValues } from './params.js';
import type { Overrides } from './pipelines.js';
import type { ShaderInterface } from './shader.js';

/** How much of a kernel runs. */
export type Extent =
  | {
      /** Invocations of a kernel that finds its place by `flat_index` and drops the surplus. */
      readonly invocations: number;
    }
  | {
      /**
       * Workgroups, for kernels of which a whole workgroup works on one thing: their number, for `flat_index`; or along x, y
       * and z, cut to what the device allows along one, for kernels that walk on by `num_workgroups`.
       */
      readonly workgroups: number | Workgroups;
    };

/** One run of a kernel; names and types are those of its shader. */
export type Dispatch<I extends ShaderInterface = ShaderInterface> = Extent & {
  /** Buffer ranges by the names of the shader's storage variables. */
  readonly bindings: Readonly<Record<I['bindings'], BufferSlice> & Partial<Record<I['optional'], BufferSlice>>>;
  /** Override constants that differ from the shader's defaults. */
  readonly overrides?: Readonly<Partial<Record<I['overrides'], number | boolean>>>;
} & (string extends keyof I['params']
    ? { readonly params?: Params }
    : keyof I['params'] extends never
      ? { readonly params?: undefined }
      : {
          /** The fields of the shader's `Params`. */
          readonly params: ParamValues<I['params']>;
        });

/**
 * Workgroups along x, y and z for an extent of a kernel.
 * @param most what the device allows along one
 */
export function gridOf({ layout }: Kernel, overrides: Overrides, extent: Extent, most: number): Workgroups {
  if ('invocations' in extent) {
    const sides = layout.entry.workgroupSize.map((side) =>
      typeof side === 'number' ? side : Number(overrides[side] ?? layout.overrides[side]),
    );
    return foldGrid(Math.ceil(extent.invocations / sides.reduce((size, side) => size * side)), most);
  }
  const { workgroups } = extent;
  if (typeof workgroups === 'number') return foldGrid(workgroups, most);
  return [Math.min(workgroups[0], most), Math.min(workgroups[1], most), Math.min(workgroups[2], most)];
}
