// Philox4x32-10 (Salmon et al., SC 2011): the same words as src/tensor/philox.ts on every adapter.

// High word of the 64-bit product, from four 16-bit products.
fn multiply_high(a: u32, b: u32) -> u32 {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let middle = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
  let carried = (a & 0xffffu) * (b >> 16u) + (middle & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (middle >> 16u) + (carried >> 16u);
}

fn philox(block: vec4u, seed: vec2u) -> vec4u {
  var c = block;
  var key = seed;
  for (var round = 0; round < 10; round++) {
    c = vec4u(
      multiply_high(0xcd9e8d57u, c.z) ^ c.y ^ key.x,
      0xcd9e8d57u * c.z,
      multiply_high(0xd2511f53u, c.x) ^ c.w ^ key.y,
      0xd2511f53u * c.x,
    );
    key += vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}

// The four words of block `index` after `offset` (64 bits, low word first).
fn random_words(index: u32, offset: vec2u, seed: vec2u) -> vec4u {
  let low = offset.x + index;
  return philox(vec4u(low, offset.y + select(0u, 1u, low < index), 0u, 0u), seed);
}
