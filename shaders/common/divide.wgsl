// n / d for n < 2^31, by two multiplications with 1 / d and a correction. CPU adapters do integer division lane by lane,
// which costs them more than all else in a small kernel; on GPUs this is about what the compiler makes of it anyway.
fn divide(n: u32, d: u32) -> u32 {
  let inverse = 1 / f32(d);
  let estimate = u32(f32(n) * inverse);
  let refined = estimate + u32(i32(floor(f32(i32(n - estimate * d)) * inverse)));
  let rest = i32(n - refined * d);
  return refined + u32(rest >= i32(d)) - u32(rest < 0);
}
