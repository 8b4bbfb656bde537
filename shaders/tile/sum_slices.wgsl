// Adds the results of a product whose k was cut into slices, in a fixed order, then bias and ReLU.
//
//   parts: [batch][splits][size]   ->   output: [batch][size]
// Preludes: common/grid.wgsl.
struct Params {
  total: u32, // batch * size
  size: u32,
  splits: u32,
  bias_period: u32, // bias index: (i / bias_period) % bias_length
  bias_length: u32,
  has_bias: u32,
  relu: u32,
  bias_offset: u32,
  output_offset: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> output: array<f32>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(group, groups, local, WG);
  if (i >= params.total) {
    return;
  }
  let first = i / params.size * params.splits * params.size + i % params.size;
  var sum = 0.0;
  for (var s = 0u; s < params.splits; s++) {
    sum += parts[first + s * params.size];
  }
  if (params.has_bias != 0) {
    sum += bias[params.bias_offset + i / params.bias_period % params.bias_length];
  }
  // Not max(): it would turn NaN into 0.
  output[params.output_offset + i] = select(sum, 0.0, params.relu != 0 && sum < 0.0);
}
