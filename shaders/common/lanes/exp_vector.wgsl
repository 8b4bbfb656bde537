// exp and log that keep NaN, which some adapters turn into numbers. Preludes: common/nan_vector.wgsl.
fn exp_lane(x: vec4f) -> vec4f {
  return select(exp(x), x, nans(x));
}
fn log_lane(x: vec4f) -> vec4f {
  return select(log(x), x, nans(x));
}
