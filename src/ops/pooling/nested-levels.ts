/** One pyramid level: bins down and across. */
export type Level = readonly [number, number];

/** A level as the shaders' table holds it: bins down, bins across, bins of the levels before, and a note. */
export type TableRow = readonly [number, number, number, number];

/** The levels in the order given; the note is 0. */
export function levelTable(levels: readonly Level[]): TableRow[] {
  let before = 0;
  return levels.map(([down, across]) => {
    const row = [down, across, before, 0] as const;
    before += down * across;
    return row;
  });
}

/**
 * The levels with the finest first, for `pyramid_max_nested.wgsl`. The note is the line, counted from 1, of the coarsest
 * finer level whose bins divide into this one's, or 0 where there is none: then the level is pooled from the map.
 */
export function nestedTable(levels: readonly Level[]): TableRow[] {
  const rows = levelTable(levels).sort((a, b) => b[0] * b[1] - a[0] * a[1]);
  return rows.map(([down, across, before], line) => {
    const finer = rows.findLastIndex(
      (other, otherLine) => otherLine < line && other[0] % down === 0 && other[1] % across === 0,
    );
    return [down, across, before, finer + 1] as const;
  });
}
