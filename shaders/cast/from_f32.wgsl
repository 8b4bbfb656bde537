// What a cast reads.
alias From = f32;
alias Read = vec4<f32>;

fn numbers(stored: Read) -> vec4<From> {
  return stored;
}
