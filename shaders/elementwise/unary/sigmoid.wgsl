// 1 / (1 + exp(-x)), from exp(-|x|) so that nothing overflows. The gradient is made from the output.
// Preludes: common/types/{f32}.wgsl (Element), common/lanes/exp_vector.wgsl.
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  let e = exp_lane(-abs(x));
  return select(vec4f(1.0), e, x < vec4f()) / (1.0 + e);
}

fn gradient(g: vec4<Element>, y: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return g * y * (1.0 - y);
}
