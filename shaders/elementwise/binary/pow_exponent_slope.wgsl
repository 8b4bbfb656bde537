alias Result = Element;
// The derivative of y = a^b by b: y * log(a); 0 where y is 0 and stays so, and at 0^0, where a^b falls to 0 as b grows.
// Preludes: common/types/{f32}.wgsl (Element), common/natural_log.wgsl.
fn apply(a: vec4<Element>, y: vec4<Element>, p: f32, q: f32) -> vec4<Result> {
  let flat = (a >= vec4f()) & ((y == vec4f()) | ((a == vec4f()) & (y == vec4f(1.0))));
  return select(y * natural_log(a), vec4f(), flat & !nans(a) & !nans(y));
}
