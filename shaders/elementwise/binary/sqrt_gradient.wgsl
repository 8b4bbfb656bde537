alias Result = Element;
// The gradient of sqrt from its output.
// Preludes: common/types/{f32}.wgsl (Element).
fn apply(g: vec4<Element>, y: vec4<Element>, p: f32, q: f32) -> vec4<Result> {
  return 0.5 * g / y;
}
