// The gradient of the cross-entropy to the logits [rows, classes], four elements per invocation: softmax minus the smoothed
// one-hot label, times the gradient of the row's loss.
// Preludes: common/grid.wgsl, common/divide.wgsl, common/nan.wgsl, common/lanes/exp_scalar.wgsl.
struct Params {
  size: u32, // in vectors
  rows: u32,
  classes: u32,
  ignore_index: i32,
  smoothing: f32,
  per_row: u32, // 1: a gradient for every row; 0: one for all
  divide: u32, // 1: divided by the number of rows that count
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<vec4f>;
@group(0) @binding(2) var<storage, read> labels: array<i32>;
@group(0) @binding(3) var<storage, read> rows: array<vec4f>; // loss, counted, maximum, log of the sum
@group(0) @binding(4) var<storage, read> counted: array<f32>;
@group(0) @binding(5) var<storage, read> gradient: array<f32>;
@group(0) @binding(6) var<storage, read_write> dx: array<vec4f>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let x = logits[i];
  var result = vec4f();
  var row = divide(i * 4u, params.classes);
  var class_at = i * 4u - row * params.classes;
  for (var lane = 0u; lane < 4u; lane++) {
    if (class_at == params.classes) {
      class_at = 0u;
      row++;
    }
    if (row >= params.rows) { break; } // padding behind the last row
    let is_target = i32(class_at) == labels[row];
    class_at++;
    if (labels[row] == params.ignore_index) { continue; }
    let wanted = select(0.0, 1.0 - params.smoothing, is_target) + params.smoothing / f32(params.classes);
    var up = gradient[select(0u, row, params.per_row != 0u)];
    if (params.divide != 0u) { up /= counted[0]; }
    result[lane] = up * (exp_lane((x[lane] - rows[row].z) - rows[row].w) - wanted);
  }
  dx[i] = result;
}
