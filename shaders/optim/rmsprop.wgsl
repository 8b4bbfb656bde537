// A step of RMSprop without momentum: the gradient over the root of its running square.
// Preludes: common/grid.wgsl.
struct Params { size: u32, lr: f32, alpha: f32, share: f32, eps: f32, decay: f32 } // size in vectors; share: 1 - alpha
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> weight: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> square: array<vec4f>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let p = weight[i];
  let g = gradient[i] + params.decay * p;
  let v = params.alpha * square[i] + params.share * g * g;
  square[i] = v;
  weight[i] = p - params.lr * g / (sqrt(v) + params.eps);
}
