// scale * x + shift, rounded twice on every adapter: the product goes through a bit pattern that no compiler can see
// through (`zero` is a uniform), so that it cannot be fused with the addition.
fn affine(x: vec4f, scale: f32, shift: f32, zero: u32) -> vec4f {
  return bitcast<vec4f>(bitcast<vec4u>(x * scale) ^ vec4u(zero)) + shift;
}
