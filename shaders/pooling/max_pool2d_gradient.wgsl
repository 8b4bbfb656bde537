// Gradient of max pooling: one invocation per input cell gathers from the outputs whose arg-max it is. The rung for GPUs.
// Preludes: common/grid.wgsl.
struct Params {
  size: u32, // input cells
  height: u32,
  width: u32,
  out_height: u32,
  out_width: u32,
  kernel: vec2u,
  stride: vec2u,
  padding: vec2u,
  dilation: vec2u,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;
@group(0) @binding(2) var<storage, read> indices: array<i32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let cells = params.height * params.width;
  let own = i % cells;
  let at = vec2u(own / params.width, own % params.width) + params.padding;
  let reach = (params.kernel - 1u) * params.dilation;
  // Outputs that can see this cell: their window starts at most `reach` before it.
  let limit = vec2u(params.out_height, params.out_width);
  let first = (max(at, reach) - reach + params.stride - 1u) / params.stride;
  let last = min(at / params.stride + 1u, limit);
  let plane = i / cells * params.out_height * params.out_width;
  var sum = 0.0;
  for (var row = first.x; row < last.x; row++) {
    for (var column = first.y; column < last.y; column++) {
      let output = plane + row * params.out_width + column;
      if (indices[output] == i32(own)) { sum += gradient[output]; }
    }
  }
  dx[i] = sum;
}
