alias Result = Element;
// The smaller one; NaN on either side wins.
// Preludes: common/nans/{f32,i32,u32}.wgsl (Element, nans).
fn apply(a: vec4<Element>, b: vec4<Element>, p: f32, q: f32) -> vec4<Result> {
  return select(select(a, b, b < a), select(b, a, nans(a)), nans(a) | nans(b));
}
