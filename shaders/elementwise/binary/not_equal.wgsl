alias Result = u32;
// 1 where a differs from b, else 0; NaN differs from everything. Prelude: common/nan_vector*.wgsl.
fn apply(a: vec4<Element>, b: vec4<Element>, p: f32, q: f32) -> vec4<Result> {
  return select(vec4u(), vec4u(1u), (a != b) | nans(a) | nans(b));
}
