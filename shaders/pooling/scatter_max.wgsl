// Gradient of max pooling: one invocation owns a whole input plane and adds each output's gradient to its arg-max cell,
// in a fixed order, so there are no atomics and the sum is deterministic. The rung for adapters that run on the CPU.
// Preludes: common/grid.wgsl.
struct Params {
  planes: u32,
  cells: u32, // of an input plane
  outputs: u32, // of an output plane
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;
@group(0) @binding(2) var<storage, read> indices: array<i32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>; // zero before

override WG: u32 = 8; // small: few planes must still spread over all cores

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let plane = flat_index(workgroup, groups, local, WG);
  if (plane >= params.planes) { return; }
  let from_output = plane * params.outputs;
  let to_cell = plane * params.cells;
  for (var i = from_output; i < from_output + params.outputs; i++) {
    let index = indices[i];
    if (index >= 0) { dx[to_cell + u32(index)] += gradient[i]; }
  }
}
