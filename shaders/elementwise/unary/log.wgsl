// The natural logarithm; -Infinity at 0, NaN of NaN and below 0, which some adapters get wrong.
//
// Preludes: common/types/{f32}.wgsl (Element), common/special.wgsl, common/nan_vector.wgsl.
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  let y = select(log(x), vec4f(-infinity()), x == vec4f());
  return select(y, vec4f(nan()), (x < vec4f()) | nans(x));
}
