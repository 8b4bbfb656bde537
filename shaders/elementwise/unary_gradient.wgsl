// dx = gradient(dy, saved), four elements per invocation; what is saved is the input or the output of the op, as the op says.
// Preludes: common/grid.wgsl, elementwise/unary/*.wgsl (gradient).
struct Params { size: u32, a: f32, b: f32 } // size in vectors; a and b are constants of the op, as in unary.wgsl
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dy: array<vec4<Element>>;
@group(0) @binding(2) var<storage, read> saved: array<vec4<Element>>;
@group(0) @binding(3) var<storage, read_write> dx: array<vec4<Element>>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i < params.size) { dx[i] = gradient(dy[i], saved[i], params.a, params.b); }
}
