// Where bilinear resizing reads (pixel centres at half-integers, edges clamped), in integers up to the one division: exact on
// every adapter for out_size * in_size < 2^30. Preludes: common/divide.wgsl.
struct Sample {
  low: u32,
  high: u32,
  fraction: f32, // weight of `high`
}

fn sample_at(i: u32, out_size: u32, in_size: u32) -> Sample {
  // (i + 1/2) * in / out - 1/2 as a fraction over 2 * out.
  let numerator = u32(max(i32((2u * i + 1u) * in_size) - i32(out_size), 0));
  let low = min(divide(numerator, 2u * out_size), in_size - 1u);
  let high = min(low + 1u, in_size - 1u);
  return Sample(low, high, f32(numerator - low * 2u * out_size) / f32(2u * out_size));
}
