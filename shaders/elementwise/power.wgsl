// a^b with the special cases of JavaScript's Math.pow, which WGSL's pow leaves open: anything to the 0 is 1; a negative
// base takes whole exponents only, unless it is infinite.
// Preludes: common/nan_vector.wgsl, common/special.wgsl, common/infinities.wgsl.
fn power(a: vec4f, b: vec4f) -> vec4f {
  let magnitude = abs(a);
  let up = b > vec4f();
  let endless = infinities(b);
  // Some adapters are a few per cent off at denormals: they are scaled up first.
  let small = magnitude < vec4f(1.17549435e-38);
  var r = exp2(b * (log2(select(magnitude, magnitude * 16777216.0, small)) - select(vec4f(), vec4f(24.0), small)));
  // Where the logarithm's error would show most and an exact way is near.
  r = select(r, magnitude, b == vec4f(1.0));
  r = select(r, a * a, b == vec4f(2.0));
  r = select(r, 1.0 / magnitude, b == vec4f(-1.0));
  // Neither logarithms nor exponentials are reliable at the ends of their range.
  r = select(r, select(vec4f(infinity()), vec4f(), up), magnitude == vec4f());
  r = select(r, select(vec4f(), vec4f(infinity()), up), infinities(a));
  r = select(r, select(vec4f(), vec4f(infinity()), (magnitude > vec4f(1.0)) == up), endless);
  r = select(r, select(vec4f(1.0), vec4f(nan()), endless), magnitude == vec4f(1.0));
  let whole = floor(b) == b;
  let odd = whole & (floor(b * 0.5) * 2.0 != b) & !endless;
  let minus = (bitcast<vec4u>(a) >> vec4u(31u)) == vec4u(1u);
  r = select(r, -r, odd & minus);
  r = select(r, vec4f(nan()), (a < vec4f()) & !whole & !infinities(a));
  r = select(r, vec4f(nan()), nans(a) | nans(b));
  return select(r, vec4f(1.0), b == vec4f());
}
