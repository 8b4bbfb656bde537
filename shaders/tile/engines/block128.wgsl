// Tile engine for GPUs: 256 invocations make a block of 128 rows x 128 columns, 8 x 8 of it each in registers: the tile of the
// fastest SGEMM ladders on large products, too large for small ones. 16 KiB of workgroup memory, 2 vec4 loads of each
// operand per invocation and stage.
// Preludes: tile/register_block.wgsl.
const SIDE = 16u; // invocations along a side of the block

// Which of the SIDE x SIDE patches an invocation makes: one row of them after the other.
fn patch_of(local: u32) -> vec2u {
  return vec2u(local % SIDE, local / SIDE);
}

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  register_block(group, groups, local);
}
