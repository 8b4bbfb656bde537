// The flat index of an invocation in a dispatch grid folded by `gridFor` (src/runtime/grid.ts).
fn flat_index(workgroup: vec3u, groups: vec3u, local: u32, workgroup_size: u32) -> u32 {
  return ((workgroup.z * groups.y + workgroup.y) * groups.x + workgroup.x) * workgroup_size + local;
}
