// What a cast reads: four halves in two words.
alias From = f32;
alias Read = vec2u;

fn numbers(stored: Read) -> vec4<From> {
  return vec4f(unpack2x16float(stored.x), unpack2x16float(stored.y));
}
