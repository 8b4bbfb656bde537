// y [count, classes] is 1 where the class is the row's index, else 0; four elements per invocation.
// Preludes: common/grid.wgsl.
struct Params { size: u32, count: u32, classes: u32 } // size in vectors
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> indices: array<i32>;
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
  var result = vec4f();
  for (var lane = 0u; lane < 4u; lane++) {
    let at = i * 4u + lane;
    let row = min(at / params.classes, params.count - 1u); // behind the last row there is only padding
    result[lane] = select(0.0, 1.0, indices[row] == i32(at % params.classes));
  }
  y[i] = result;
}
