// exp and log that keep NaN, which some adapters turn into numbers. Preludes: common/nan.wgsl.
fn exp_lane(x: f32) -> f32 {
  return select(exp(x), x, is_nan(x));
}
fn log_lane(x: f32) -> f32 {
  return select(log(x), x, is_nan(x));
}
