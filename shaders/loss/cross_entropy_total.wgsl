// Adds up the losses of all rows and divides by the number of those that count, if that is wanted. One invocation.
struct Params { rows: u32, divide: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> rows: array<vec4f>; // loss, counted, …; or sums of these
@group(0) @binding(2) var<storage, read_write> loss: array<f32>;
@group(0) @binding(3) var<storage, read_write> counted: array<f32>;

@compute @workgroup_size(1)
fn main() {
  var total = vec2f();
  for (var row = 0u; row < params.rows; row++) { total += rows[row].xy; }
  loss[0] = select(total.x, total.x / total.y, params.divide != 0u);
  counted[0] = total.y;
}
