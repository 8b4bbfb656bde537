// Uniform numbers on [shift, shift + scale): the top 24 bits of a word, so that the unit interval is exact in f32. One block
// of four per invocation.
// Preludes: common/grid.wgsl, random/philox.wgsl, random/affine.wgsl.
struct Params { size: u32, zero: u32, seed: vec2u, offset: vec2u, scale: f32, shift: f32 } // size in blocks
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;

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
  y[i] = affine(vec4f(words >> vec4u(8u)) * 0x1p-24, params.scale, params.shift, params.zero);
}
