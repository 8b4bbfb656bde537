// log(1 + exp(a x)) / a, as its two straight ends and what lies between; a series where 1 + e would round e away.
// Preludes: common/types/{f32}.wgsl (Element), common/logistic.wgsl.
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  let e = exp_lane(-abs(a * x));
  let between = select(log_lane(1.0 + e), e * (1.0 - e * (0.5 - e / 3.0)), e < vec4f(0.01));
  let end = select(x, vec4<Element>(), x < vec4<Element>());
  return end + between / a;
}

fn gradient(g: vec4<Element>, x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return g * logistic(a * x);
}
