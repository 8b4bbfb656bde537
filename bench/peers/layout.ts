/** Layout changes on the CPU, outside every timer, for libraries whose own layout is channels last. */

type Floats = ArrayLike<number>;
type Shape = readonly [number, number, number, number];

/** [n, c, h, w] -> [n, h, w, c] */
export function channelsLast(values: Floats, [n, c, h, w]: Shape): Float32Array {
  return permute(values, n, c, h * w);
}

/** [n, h, w, c] -> [n, c, h, w]; the shape given is the result's. */
export function channelsFirst(values: Floats, [n, c, h, w]: Shape): Float32Array {
  return permute(values, n, h * w, c);
}

/** Pyramid columns ordered (level, channel, row, column) -> (level, row, column, channel); `back` reverses. */
export function reorderColumns(
  values: Floats,
  { rows, c, levels }: { readonly rows: number; readonly c: number; readonly levels: readonly number[] },
  back = false,
): Float32Array {
  const result = new Float32Array(values.length);
  let base = 0;
  for (let row = 0; row < rows; row++)
    for (const level of levels) {
      const cells = level * level;
      for (let channel = 0; channel < c; channel++)
        for (let cell = 0; cell < cells; cell++) {
          const canonical = base + channel * cells + cell;
          const channelsLast = base + cell * c + channel;
          if (back) result[canonical] = values[channelsLast]!;
          else result[channelsLast] = values[canonical]!;
        }
      base += c * cells;
    }
  return result;
}

/** OIHW -> HWIO; the shape is the source's. */
export function hwio(values: Floats, [o, i, h, w]: Shape): Float32Array {
  return permute(permute(values, 1, o * i, h * w), h * w, o, i);
}

/** HWIO -> OIHW; the shape is the result's. */
export function oihw(values: Floats, [o, i, h, w]: Shape): Float32Array {
  return permute(permute(values, h * w, i, o), 1, h * w, o * i);
}

/** [rows, columns] -> [columns, rows] */
export function transposed(values: Floats, [rows, columns]: readonly [number, number]): Float32Array {
  return permute(values, 1, rows, columns);
}

/** [outer, a, b] -> [outer, b, a] */
function permute(values: Floats, outer: number, a: number, b: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < a; i++) for (let j = 0; j < b; j++) result[(o * b + j) * a + i] = values[(o * a + i) * b + j]!;
  return result;
}
