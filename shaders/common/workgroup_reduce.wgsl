// Sum and maximum over a workgroup of WG (a power of two) invocations, by halving: the same order every time.
override WG: u32 = 64;
var<workgroup> shared_values: array<f32, WG>;

fn workgroup_sum(x: f32, local: u32) -> f32 {
  shared_values[local] = x;
  for (var half = WG / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local < half) { shared_values[local] += shared_values[local + half]; }
  }
  return workgroupUniformLoad(&shared_values[0]);
}

fn workgroup_max(x: f32, local: u32) -> f32 {
  shared_values[local] = x;
  for (var half = WG / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local < half) { shared_values[local] = max(shared_values[local], shared_values[local + half]); }
  }
  return workgroupUniformLoad(&shared_values[0]);
}
