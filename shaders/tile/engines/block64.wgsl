// Tile engine for GPUs: 64 invocations make a block of 64 rows x 64 columns, 8 x 8 of it each in registers: small enough for
// products of a few hundred rows. 8 KiB of workgroup memory, 4 vec4 loads of each operand per invocation and stage.
// Preludes: tile/register_block.wgsl.
const SIDE = 8u; // invocations along a side of the block

// Which of the SIDE x SIDE patches an invocation makes: one row of them after the other.
fn patch_of(local: u32) -> vec2u {
  return vec2u(local % SIDE, local / SIDE);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  register_block(group, groups, local);
}
