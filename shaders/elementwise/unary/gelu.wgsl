// x times the share of a normal distribution below x; with a != 0 the share is approximated by a tanh (Hendrycks and Gimpel
// 2016), which is a logistic of twice the argument.
// Preludes: common/types/{f32}.wgsl (Element), common/logistic.wgsl, common/error_function.wgsl.
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  let inner = 1.5957691216057308 * x * (1.0 + 0.044715 * x * x);
  let exact = 0.5 + 0.5 * error_function(x * 0.7071067811865476);
  return x * select(exact, logistic(inner), a != 0.0);
}

fn gradient(g: vec4<Element>, x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  let s = x * x;
  let share = logistic(1.5957691216057308 * x * (1.0 + 0.044715 * s));
  let slope = share * (1.0 - share) * 1.5957691216057308 * (1.0 + 0.134145 * s);
  let exact = 0.5 + 0.5 * error_function(x * 0.7071067811865476);
  let density = 0.3989422804014327 * exp_lane(-0.5 * s);
  return g * select(exact + x * density, share + x * slope, a != 0.0);
}
