import type { FieldType } from './shader.js';

/** One scalar, vector or array of the `Params` struct. */
export interface ParamField {
  readonly name: string;
  readonly scalar: 'u32' | 'i32' | 'f32';
  /** Byte offsets of the components, in the order in which a caller lists them. */
  readonly components: readonly number[];
}

/** Flags may be given as booleans. */
export type ParamValue = number | boolean | readonly number[];
export type Params = Readonly<Record<string, ParamValue>>;

export type Vectors = {
  '2': readonly [number, number];
  '3': readonly [number, number, number];
  '4': readonly [number, number, number, number];
};

/** What a call gives for a field: flags as booleans if they are u32, vectors as tuples, arrays as flat lists, as long as needed. */
export type ValueOf<T extends FieldType> = T extends 'u32'
  ? number | boolean
  : T extends `vec${infer N extends keyof Vectors}${string}`
    ? Vectors[N]
    : T extends `array<${string}`
      ? readonly number[]
      : number;

/** The record that a dispatch passes for a `Params` struct of these fields. */
export type ParamValues<F extends Readonly<Record<string, FieldType>>> = { readonly [N in keyof F]: ValueOf<F[N]> };

const SCALARS = { u: 'u32', i: 'i32', f: 'f32' } as const;

/** Places the fields by WGSL's rules for uniforms; sizes in bytes. */
export function placeFields(types: Readonly<Record<string, FieldType>>): { size: number; fields: ParamField[] } {
  let end = 0;
  const fields = Object.entries(types).map(([name, type]): ParamField => {
    const [, width = '1', letter, count = '1'] = /^(?:array<)?(?:vec)?([234])?([uif])(?:32)?(?:, (\d+)>)?$/.exec(type)!;
    const lanes = Number(width);
    const alignment = 4 * (lanes === 3 ? 4 : lanes);
    const offset = Math.ceil(end / alignment) * alignment;
    const length = lanes * Number(count); // arrays are of vec4, and so without gaps
    end = offset + 4 * length;
    return {
      name,
      scalar: SCALARS[letter as keyof typeof SCALARS],
      components: Array.from({ length }, (_, i) => offset + 4 * i),
    };
  });
  return { size: Math.ceil(end / 16) * 16, fields };
}
