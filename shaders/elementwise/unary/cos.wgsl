// The cosine of x in radians.
// Preludes: common/types/{f32}.wgsl (Element), common/turn.wgsl.
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return cosine(x);
}

fn gradient(g: vec4<Element>, x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return -g * sine(x);
}
