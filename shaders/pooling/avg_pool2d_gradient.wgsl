// Gradient of average pooling: one invocation per input cell gathers its share of every window that covers it.
// Preludes: common/grid.wgsl.
struct Params {
  size: u32, // input cells
  height: u32,
  width: u32,
  out_height: u32,
  out_width: u32,
  include_padding: u32,
  kernel: vec2u,
  stride: vec2u,
  padding: vec2u,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

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
  let at = vec2u((i % cells) / params.width, (i % cells) % params.width) + params.padding;
  let shape = vec2i(vec2u(params.height, params.width));
  let limit = vec2u(params.out_height, params.out_width);
  let first = (max(at, params.kernel - 1u) - (params.kernel - 1u) + params.stride - 1u) / params.stride;
  let last = min(at / params.stride + 1u, limit);
  let plane = i / cells * params.out_height * params.out_width;
  var sum = 0.0;
  for (var row = first.x; row < last.x; row++) {
    for (var column = first.y; column < last.y; column++) {
      let start = vec2i(vec2u(row, column) * params.stride) - vec2i(params.padding);
      let padded_end = min(start + vec2i(params.kernel), shape + vec2i(params.padding));
      let extent = select(min(padded_end, shape) - max(start, vec2i(0)), padded_end - start, params.include_padding != 0u);
      sum += gradient[plane + row * params.out_width + column] / f32(extent.x * extent.y);
    }
  }
  dx[i] = sum;
}
