// The natural logarithm; -Infinity at 0, NaN of NaN and below 0, which some adapters get wrong. Denormals, for which others
// are a few per cent off, are scaled up first. Preludes: common/special.wgsl, common/nan_vector.wgsl.
fn natural_log(x: vec4f) -> vec4f {
  let small = x < vec4f(1.17549435e-38);
  let scaled = log(select(x, x * 16777216.0, small)) - select(vec4f(), vec4f(16.635532), small);
  let y = select(scaled, vec4f(-infinity()), x == vec4f());
  return select(y, vec4f(nan()), (x < vec4f()) | nans(x));
}
