// What a cast reads.
alias From = u32;
alias Read = vec4<u32>;

fn numbers(stored: Read) -> vec4<From> {
  return stored;
}
