// What a cast reads.
alias From = i32;
alias Read = vec4<i32>;

fn numbers(stored: Read) -> vec4<From> {
  return stored;
}
