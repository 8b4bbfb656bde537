// The natural logarithm; -Infinity at 0 and NaN below, which some adapters get wrong. Prelude: common/special.wgsl.
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  let y = select(log(x), vec4f(-infinity()), x == vec4f());
  return select(y, vec4f(nan()), x < vec4f());
}
