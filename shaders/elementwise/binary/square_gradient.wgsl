alias Result = Element;
// The gradient of x^2.
// Preludes: common/types/{f32}.wgsl (Element).
fn apply(g: vec4<Element>, x: vec4<Element>, p: f32, q: f32) -> vec4<Result> {
  return 2.0 * g * x;
}
