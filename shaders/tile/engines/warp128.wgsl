// Tile engine for GPUs: the block of block128.wgsl with its invocations laid out by warps. 32 neighbours, which run as one on most
// GPUs, make 32 rows x 64 columns of it instead of 16 x 128: for each step of four k they read 96 different vec4 of workgroup
// memory together, not 144.
// Preludes: tile/register_block.wgsl.
const SIDE = 16u; // invocations along a side of the block

// Which of the SIDE x SIDE patches an invocation makes: a warp has 8 x 4 of them, and two warps stand side by side.
fn patch_of(local: u32) -> vec2u {
  let warp = local / 32u;
  let lane = local % 32u;
  return vec2u(warp % 2u * 8u + lane % 8u, warp / 2u * 4u + lane / 8u);
}

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  register_block(group, groups, local);
}
