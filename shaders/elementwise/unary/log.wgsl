// The natural logarithm.
// Preludes: common/types/{f32}.wgsl (Element), common/natural_log.wgsl.
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return natural_log(x);
}

fn gradient(g: vec4<Element>, x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return g / x;
}
