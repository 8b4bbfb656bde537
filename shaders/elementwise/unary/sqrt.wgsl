// Preludes: common/types/{f32}.wgsl (Element).
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return sqrt(x);
}
