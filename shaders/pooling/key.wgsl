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

// `best`, or no cell at all.
fn kept(best: Best, keep: bool) -> Best {
  return Best(select(i32(0x80000000u), best.key, keep), select(0xffffffffu, best.index, keep));
}

fn store(at: u32, best: Best) {
  y[at] = bitcast<f32>(select(best.key, -best.key | i32(0x80000000u), best.key < 0));
  if (INDICES) { indices[at] = i32(best.index); }
}
