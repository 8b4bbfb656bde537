// The mean to subtract: one colour everywhere.
fn mean_at(row: u32, column: u32) -> vec3f {
  return params.mean.xyz;
}
