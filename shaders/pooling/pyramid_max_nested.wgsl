// Spatial pyramid max pooling for adapters that run on the CPU: one invocation a row (image or window) and channel, every
// level in one dispatch. A level whose bins divide those of a finer one is made from that level's results, not from the map:
// bin i of level n is exactly the union of bins i m / n .. (i + 1) m / n - 1 of level m. Neighbours in a vector are
// channels of one window, so that all of them run the same loops. Results are those of pyramid_max.wgsl.
// `table` lists coarse levels after the finer ones they are made from; its w is the line of that finer level plus one, or 0.
// Preludes: common/nan.wgsl, pooling/pyramid.wgsl.
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> windows: array<i32>; // image, y0, x0, y1, x1
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read_write> indices: array<i32>; // position of the maximum in its plane

override WG: u32 = 32;
override UNROLL: u32 = 4; // cells of a line that are read at once
override INDICES: bool = true; // false: `indices` is not written

struct Best { value: f32, index: u32 }

// Rows top..bottom and columns left..right are half-open.
fn best_of_cells(plane: u32, top: u32, left: u32, bottom: u32, right: u32) -> Best {
  var best = Best(x[plane + top * params.width + left], top * params.width + left);
  var magnitude = 0u; // the largest, as bits: beyond infinity if any is NaN
  for (var yy = top; yy < bottom; yy++) {
    let line = yy * params.width;
    for (var xx = left; xx < right; xx += UNROLL) {
      for (var k = 0u; k < UNROLL; k++) {
        let at = line + min(xx + k, right - 1u);
        let value = x[plane + at];
        let better = value > best.value;
        best.value = select(best.value, value, better);
        best.index = select(best.index, at, better);
        magnitude = max(magnitude, bitcast<u32>(value) & 0x7fffffffu);
      }
    }
  }
  if (magnitude > 0x7f800000u) {
    best.value = bitcast<f32>(magnitude); // NaN
    if (INDICES) { best.index = first_nan(plane, top, left, bottom, right); }
  }
  return best;
}

fn first_nan(plane: u32, top: u32, left: u32, bottom: u32, right: u32) -> u32 {
  for (var yy = top; yy < bottom; yy++) {
    for (var xx = left; xx < right; xx++) {
      let at = yy * params.width + xx;
      if (is_nan(x[plane + at])) { return at; }
    }
  }
  return 0u;
}

// Writes a level whose results start at `to` from the cells of one plane.
fn pool_cells(window: Window, plane: u32, level: vec4u, to: u32) {
  // Bin borders by adding up, with remainders: divisions are slow where they run lane by lane.
  let height = window.bottom - window.top;
  let width = window.right - window.left;
  let step = vec2u(height / level.x, width / level.y);
  let rest = vec2u(height, width) - step * level.xy;
  var top = window.top;
  var rest_y = 0u;
  var write = to;
  for (var i = 0u; i < level.x; i++) {
    let carry_y = u32(rest_y + rest.x >= level.x);
    rest_y = rest_y + rest.x - carry_y * level.x;
    let next_top = top + step.x + carry_y;
    var left = window.left;
    var rest_x = 0u;
    for (var j = 0u; j < level.y; j++) {
      let carry_x = u32(rest_x + rest.y >= level.y);
      rest_x = rest_x + rest.y - carry_x * level.y;
      let next_left = left + step.y + carry_x;
      let best = best_of_cells(plane, top, left, next_top + u32(rest_y > 0u), next_left + u32(rest_x > 0u));
      y[write] = best.value;
      if (INDICES) { indices[write] = i32(best.index); }
      write++;
      left = next_left;
    }
    top = next_top;
  }
}

// Writes a level whose results start at `to` from those of a finer one, which start at `finer`.
fn pool_bins(level: vec4u, to: u32, finer_level: vec4u, finer: u32) {
  let down = finer_level.x / level.x;
  let across = finer_level.y / level.y;
  var write = to;
  for (var i = 0u; i < level.x; i++) {
    for (var j = 0u; j < level.y; j++) {
      let first = finer + i * down * finer_level.y + j * across;
      var best = y[first];
      var best_index = 0;
      if (INDICES) { best_index = indices[first]; }
      for (var yy = 0u; yy < down; yy++) {
        for (var at = first + yy * finer_level.y; at < first + yy * finer_level.y + across; at++) {
          let value = y[at];
          var better = value > best || (is_nan(value) && !is_nan(best));
          if (INDICES) {
            let index = indices[at];
            better = better || (index < best_index && (value == best || (is_nan(value) && is_nan(best))));
            best_index = select(best_index, index, better);
          }
          best = select(best, value, better);
        }
      }
      y[write] = best;
      if (INDICES) { indices[write] = best_index; }
      write++;
    }
  }
}

fn pool_invalid(level: vec4u, to: u32) {
  for (var i = to; i < to + level.x * level.y; i++) {
    y[i] = bitcast<f32>(params.rows | 0x7fc00000u); // NaN; from a uniform, since constant NaNs do not compile
    if (INDICES) { indices[i] = -1; }
  }
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  // Rows change fastest: all windows of a few channels follow each other while their planes are in the cache.
  for (var first = workgroup.y * WG; first < params.channels; first += groups.y * WG) {
    let channel = first + local;
    if (channel >= params.channels) { return; }
    for (var row = workgroup.x; row < params.rows; row += groups.x) {
      let window = window_of(row);
      let plane = (window.image * params.channels + channel) * params.height * params.width;
      let result = row * params.bins * params.channels;
      for (var l = 0u; l < params.levels; l++) {
        let level = params.table[l];
        let to = result + level.z * params.channels + channel * level.x * level.y;
        if (!window.valid) {
          pool_invalid(level, to);
        } else if (level.w == 0u) {
          pool_cells(window, plane, level, to);
        } else {
          let finer = params.table[level.w - 1u];
          pool_bins(level, to, finer, result + finer.z * params.channels + channel * finer.x * finer.y);
        }
      }
    }
  }
}
