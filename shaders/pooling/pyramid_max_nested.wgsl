// Spatial pyramid max pooling for adapters that run on the CPU: one invocation per row (image or window) and channel, every
// level in one dispatch. A level whose bins divide those of a finer one is made from that level's results, not from the map:
// bin i of level n is exactly the union of bins i m / n .. (i + 1) m / n - 1 of level m. Neighbours in a vector are
// channels of one window, so that all of them run the same loops. Results are those of pyramid_max.wgsl,
// with 0 for a maximum of -0.
// `table` lists coarse levels after the finer ones they are made from; its w is the line of that finer level plus one, or 0.
// Preludes: common/divide.wgsl, pooling/pyramid.wgsl, pooling/key.wgsl.
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> windows: array<i32>; // image, y0, x0, y1, x1
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read_write> indices: array<i32>; // position of the maximum in its plane

override WG: u32 = 32;
override TILE_Y: u32 = 1; // cells that are read at once: rows and columns
override TILE_X: u32 = 4;

// Rows top..bottom and columns left..right, half-open.
fn best_of_cells(plane: u32, top: u32, left: u32, bottom: u32, right: u32) -> Best {
  var best = nothing();
  for (var yy = top; yy < bottom; yy += TILE_Y) {
    for (var xx = left; xx < right; xx += TILE_X) {
      for (var cell = 0u; cell < TILE_Y * TILE_X; cell++) {
        // Past the end the last row or column is read again, which changes nothing.
        let at = min(yy + cell / TILE_X, bottom - 1u) * params.width + min(xx + cell % TILE_X, right - 1u);
        best = merge(best, Best(key_of(x[plane + at]), at));
      }
    }
  }
  return best;
}

fn best_of_column(plane: u32, top: u32, bottom: u32, column: u32) -> Best {
  var best = nothing();
  for (var yy = top; yy < bottom; yy += TILE_Y) {
    for (var cell = 0u; cell < TILE_Y; cell++) {
      let at = min(yy + cell, bottom - 1u) * params.width + column;
      best = merge(best, Best(key_of(x[plane + at]), at));
    }
  }
  return best;
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
    let bottom = next_top + u32(rest_y > 0u);
    var left = window.left;
    var rest_x = 0u;
    // Where a border lies inside a column, both bins have that column: its maximum is kept for the right one.
    var shared_column = 0u;
    var column_best = nothing();
    for (var j = 0u; j < level.y; j++) {
      let carry_x = u32(rest_x + rest.y >= level.y);
      rest_x = rest_x + rest.y - carry_x * level.y;
      let next_left = left + step.y + carry_x;
      var best = best_of_cells(plane, top, left + shared_column, bottom, next_left);
      if (shared_column > 0u) { best = merge(best, column_best); }
      if (rest_x > 0u) {
        column_best = best_of_column(plane, top, bottom, next_left);
        best = merge(best, column_best);
      }
      store(write, best);
      write++;
      left = next_left;
      shared_column = u32(rest_x > 0u);
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
    let first_line = finer + i * down * finer_level.y;
    let last_line = first_line + down * finer_level.y;
    for (var j = 0u; j < level.y; j++) {
      var best = nothing();
      for (var line = first_line + j * across; line < last_line; line += finer_level.y) {
        for (var at = line; at < line + across; at++) {
          var index = 0u;
          if (INDICES) { index = u32(indices[at]); }
          best = merge(best, Best(key_of(y[at]), index));
        }
      }
      store(write, best);
      write++;
    }
  }
}

fn pool_invalid(level: vec4u, to: u32) {
  for (var i = 0u; i < level.x * level.y; i++) { store(to + i, no_window()); }
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
