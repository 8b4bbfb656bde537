// Maxima as integers: a key is in the order of values, NaN above infinity, both zeros one, so that keys need no test for NaN.
// The kernel has `y` and `indices`.
override INDICES: bool = true; // false: positions are not kept, and `indices` is not written

struct Best {
  key: i32,
  index: u32, // in the plane
}

fn key_of(value: f32) -> i32 {
  let bits = bitcast<i32>(value);
  let magnitude = bits & 0x7fffffff;
  return select(select(magnitude, -magnitude, bits < 0), 0x7fc00000, magnitude > 0x7f800000);
}

// Of equals the smaller position.
fn merge(a: Best, b: Best) -> Best {
  if (!INDICES) { return Best(max(a.key, b.key), 0u); }
  let better = b.key > a.key || (b.key == a.key && b.index < a.index);
  return Best(select(a.key, b.key, better), select(a.index, b.index, better));
}

// The same where all positions of `b` come after that of `a`.
fn merge_next(a: Best, b: Best) -> Best {
  return Best(max(a.key, b.key), select(a.index, b.index, b.key > a.key));
}

// No cell at all, behind every cell.
fn nothing() -> Best { return Best(i32(0x80000000u), 0xffffffffu); }

// What an invalid window gives: NaN, and no position.
fn no_window() -> Best { return Best(0x7fc00000, 0xffffffffu); }

// `best`, or no cell.
fn kept(best: Best, keep: bool) -> Best {
  return Best(select(nothing().key, best.key, keep), select(nothing().index, best.index, keep));
}

// Stores -infinity and -1 where there was no cell.
fn store(at: u32, best: Best) {
  let key = max(best.key, -0x7f800000);
  y[at] = bitcast<f32>(select(key, -key | i32(0x80000000u), key < 0));
  if (INDICES) { indices[at] = i32(best.index); }
}
