// y = apply(x), four elements per invocation.
// Preludes: common/grid.wgsl, elementwise/unary/*.wgsl (apply).
struct Params { size: u32, a: f32, b: f32 } // size in vectors; a and b are constants of the op, e.g. a slope
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4<Element>>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<Element>>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i < params.size) { y[i] = apply(x[i], params.a, params.b); }
}
