alias Result = Element;
// The gradient of the sigmoid from its output.
// Preludes: common/types/{f32}.wgsl (Element).
fn apply(g: vec4<Element>, y: vec4<Element>, p: f32, q: f32) -> vec4<Result> {
  return g * y * (1.0 - y);
}
