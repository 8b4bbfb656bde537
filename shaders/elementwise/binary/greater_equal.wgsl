alias Result = u32;
// 1 where a is larger than or equal to b, else 0; NaN compares false.
// Preludes: common/nans/{f32,i32,u32}.wgsl (Element, nans).
fn apply(a: vec4<Element>, b: vec4<Element>, p: f32, q: f32) -> vec4<Result> {
  return select(vec4u(), vec4u(1u), (a >= b) & !(nans(a) | nans(b)));
}
