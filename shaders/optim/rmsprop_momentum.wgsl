// A step of RMSprop with momentum: the gradient over the root of its running square (CENTERED: of its running variance) moves
// a velocity.
// Preludes: common/grid.wgsl.
struct Params { size: u32, lr: f32, alpha: f32, share: f32, eps: f32, decay: f32, momentum: f32 } // size in vectors
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> weight: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> square: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> mean: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> velocity: array<vec4f>;

override CENTERED: bool = false;
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
  var spread = v;
  if (CENTERED) {
    let m = params.alpha * mean[i] + params.share * g;
    mean[i] = m;
    spread = max(v - m * m, vec4f());
  }
  let u = params.momentum * velocity[i] + g / (sqrt(spread) + params.eps);
  velocity[i] = u;
  weight[i] = p - params.lr * u;
}
