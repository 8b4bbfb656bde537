// Inverted dropout: an element is dropped with a probability of threshold / 2^24, the others are scaled. The mask comes
// from the seed and offset alone, so the gradient is the same kernel on the gradient. Four elements per invocation.
// Preludes: common/grid.wgsl, random/philox.wgsl.
struct Params { size: u32, threshold: u32, seed: vec2u, offset: vec2u, scale: f32 } // size in vectors
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

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
  y[i] = select(x[i] * params.scale, vec4f(), words < vec4u(params.threshold));
}
