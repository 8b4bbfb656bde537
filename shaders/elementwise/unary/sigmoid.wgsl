// 1 / (1 + exp(-x)), from exp(-|x|) so that nothing overflows.
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  let e = exp(-abs(x));
  return select(vec4f(1.0), e, x < vec4f()) / (1.0 + e);
}
