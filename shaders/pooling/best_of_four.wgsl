// Maxima of four channels with their positions in the plane. Preludes: common/nan_vector.wgsl.
override INDICES: bool = true; // false: positions are not kept

struct Best {
  value: vec4f,
  index: vec4u,
}

// NaN first, then the larger value; of equals the smaller position, since blocks of cells may overlap.
fn better_of(a: Best, b: Best) -> Best {
  if (!INDICES) { return Best(select(a.value, b.value, (b.value > a.value) | nans(b.value)), a.index); }
  let larger = (b.value > a.value) | (nans(b.value) & !nans(a.value));
  let same = (b.value == a.value) | (nans(b.value) & nans(a.value));
  let better = larger | (same & (b.index < a.index));
  return Best(select(a.value, b.value, better), select(a.index, b.index, better));
}
