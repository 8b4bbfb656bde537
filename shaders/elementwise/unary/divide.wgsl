// x divided by the constant a.
// Preludes: common/types/{f32}.wgsl (Element).
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return x / a;
}

fn gradient(g: vec4<Element>, x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return g / a;
}
