// Copies a strided view into another: what makes a view dense, and what joins and cuts tensors. Up to four neighbours along
// the innermost axis an invocation.
// Preludes: tensor/copied/{word,words4,half}.wgsl, common/grid.wgsl, common/strided.wgsl.
struct Params {
  size: u32, // outer elements times runs
  runs: u32, // of four along the innermost axis, the last one perhaps shorter
  inner: u32, // length of the innermost axis
  source_step: u32, // strides of the innermost axis
  target_step: u32,
  source_offset: u32,
  target_offset: u32,
  rank: u32, // of the outer axes
  dims: array<vec4u, 2>,
  source_strides: array<vec4u, 2>,
  target_strides: array<vec4u, 2>,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<Source>;
@group(0) @binding(2) var<storage, read_write> output: array<Target>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let outer = divide(i, params.runs);
  let first = (i - outer * params.runs) * 4u;
  let count = min(params.inner - first, 4u);
  var place = params.source_offset + strided_offset(outer, params.rank, params.dims, params.source_strides)
    + first * params.source_step;
  var to_place = params.target_offset + strided_offset(outer, params.rank, params.dims, params.target_strides)
    + first * params.target_step;
  for (var k = 0u; k < count; k++) {
    copy_element(place, to_place);
    place += params.source_step;
    to_place += params.target_step;
  }
}
