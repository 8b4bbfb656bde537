// Results of four channels of a row, for kernels that make coarse levels from finer ones: stored, and read again. The kernel
// has `y` and `indices`. Preludes: pooling/best_of_four.wgsl, pooling/pyramid.wgsl.

// The result of a bin of a level of `per_channel` bins, of up to four channels; those beyond the last repeat it.
fn stored(at: u32, per_channel: u32, count: u32) -> Best {
  let place = at + min(vec4u(0, 1, 2, 3), vec4u(count - 1)) * per_channel;
  var index = vec4u();
  if (INDICES) {
    index = vec4u(u32(indices[place.x]), u32(indices[place.y]), u32(indices[place.z]), u32(indices[place.w]));
  }
  return Best(vec4f(y[place.x], y[place.y], y[place.z], y[place.w]), index);
}

fn store(at: u32, per_channel: u32, count: u32, best: Best) {
  for (var k = 0u; k < count; k++) {
    y[at + k * per_channel] = best.value[k];
    if (INDICES) { indices[at + k * per_channel] = i32(best.index[k]); }
  }
}

// Stores NaN, which an invalid window gives, in all bins of a level.
fn store_invalid(level: vec4u, to: u32, count: u32) {
  // From a uniform, since constant NaNs do not compile.
  let nothing = Best(vec4f(bitcast<f32>(params.rows | 0x7fc00000u)), vec4u(0xffffffffu));
  for (var bin = 0u; bin < level.x * level.y; bin++) { store(to + bin, level.x * level.y, count, nothing); }
}

// Stores a level from the results of a finer one, which start at `from_finer`.
fn store_coarse(level: vec4u, to: u32, finer: vec4u, from_finer: u32, count: u32) {
  let finer_bins = finer.x * finer.y;
  let down = finer.x / level.x;
  let across = finer.y / level.y;
  for (var bin = 0u; bin < level.x * level.y; bin++) {
    let first = from_finer + bin / level.y * down * finer.y + bin % level.y * across;
    var best = stored(first, finer_bins, count);
    for (var line = 0u; line < down; line++) {
      for (var column = u32(line == 0u); column < across; column++) {
        best = better_of(best, stored(first + line * finer.y + column, finer_bins, count));
      }
    }
    store(to + bin, level.x * level.y, count, best);
  }
}
