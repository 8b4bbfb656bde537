// The largest whole number not above x; NaN stays NaN. Its slope is 0 wherever it has one.
// Preludes: common/types/{f32}.wgsl (Element), common/nan_vector.wgsl.
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return select(floor(x), x, nans(x));
}

fn gradient(g: vec4<Element>, x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return vec4<Element>();
}
