// 1 with a probability of threshold / 2^24, else 0. One block of four per invocation.
// Preludes: common/grid.wgsl, random/philox.wgsl.
struct Params { size: u32, threshold: u32, seed: vec2u, offset: vec2u } // size in blocks
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
  let words = random_words(i, params.offset, params.seed) >> vec4u(8u);
  y[i] = select(vec4f(), vec4f(1.0), words < vec4u(params.threshold));
}
