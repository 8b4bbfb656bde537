// x times its sigmoid.
// Preludes: common/types/{f32}.wgsl (Element), common/logistic.wgsl.
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return x * logistic(x);
}

fn gradient(g: vec4<Element>, x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  let s = logistic(x);
  return g * s * (1.0 + x * (1.0 - s));
}
