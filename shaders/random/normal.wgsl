// Normal numbers by inversion, in integers up to one exact conversion, so that every adapter gives the bits of
// src/tensor/normal.ts. The top bit of a word is the sign; the other 31 are the tail probability (t + 1/2) / 2^32. Its
// quantile is interpolated in a table with 64 segments for every power of two of t, in units of 2^-20.
// Preludes: common/grid.wgsl, random/philox.wgsl, random/affine.wgsl.
struct Params { size: u32, zero: u32, seed: vec2u, offset: vec2u, scale: f32, shift: f32 } // size in blocks
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> quantiles: array<i32>; // t = 0, then t = 2^octave * (1 + segment / 64)
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

fn quantile(word: u32) -> f32 {
  let t = word & 0x7fffffffu;
  var z = quantiles[0];
  if (t > 0u) {
    let octave = firstLeadingBit(t);
    // Below the leading bit: 6 bits of segment, then 16 bits of place in the segment.
    let below = (t << (32u - octave)) * u32(octave > 0u);
    let node = 1u + octave * 64u + (below >> 26u);
    let fraction = i32((below >> 10u) & 0xffffu);
    let low = quantiles[node];
    z = low + (((quantiles[node + 1u] - low) * fraction + 0x8000) >> 16u);
  }
  return f32(select(z, -z, word >= 0x80000000u)) * 0x1p-20;
}

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let words = random_words(i, params.offset, params.seed);
  let z = vec4f(quantile(words.x), quantile(words.y), quantile(words.z), quantile(words.w));
  y[i] = affine(z, params.scale, params.shift, params.zero);
}
