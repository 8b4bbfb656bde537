alias Result = Element;
// a^b.
// Preludes: common/types/{f32}.wgsl (Element), elementwise/power.wgsl.
fn apply(a: vec4<Element>, b: vec4<Element>, p: f32, q: f32) -> vec4<Result> {
  return power(a, b);
}
