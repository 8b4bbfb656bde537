// NaN in four floats by their bits: drivers may fold `x != x` to false.
fn nans(x: vec4f) -> vec4<bool> {
  return (bitcast<vec4u>(x) & vec4u(0x7fffffffu)) > vec4u(0x7f800000u);
}
